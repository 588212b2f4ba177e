-- Looks up who of a handle's people was born on a day, and counts a miss.
--
-- KEYS[1] -> ll:{h:<name>}:did:<request>  string
-- KEYS[2] -> ll:{h:<name>}:misses         hash: n how many, at the last (ms);
--            or :rung-misses
-- KEYS[3] -> ll:{h:<name>}:born:<day>     hash
-- ARGV[1] -> fingerprint of the request
-- ARGV[2] -> how long the outcome is kept, in ms
-- ARGV[3] -> now, in unix ms
-- ARGV[4] -> how many misses are free
-- ARGV[5] -> the first wait, in ms
-- ARGV[6] -> the longest wait, in ms
-- ARGV[7] -> how long misses are kept, in ms
-- ARGV[8] -> 1 to count a miss, 0 not to
-- Returns what was done, now or before: done with '<day>:<field>:<value>' of the
-- one found, several, or wrong; or 'wait'.
local was = redis.call('GET', KEYS[1])
if was then return was end
local now = tonumber(ARGV[3])
local f = redis.call('HMGET', KEYS[2], 'n', 'at')
local n, at = tonumber(f[1] or '0'), tonumber(f[2] or '0')
if at > now then
  -- The clock jumped back: the wait begins anew, and is no longer for that.
  at = now
  redis.call('HSET', KEYS[2], 'at', ARGV[3])
end
if now - at > tonumber(ARGV[7]) then n = 0 end
if n >= tonumber(ARGV[4]) then
  local wait = math.min(tonumber(ARGV[5]) * 2 ^ math.min(n - tonumber(ARGV[4]), 30), tonumber(ARGV[6]))
  if now < at + wait then return 'wait' end
end
local found = redis.call('HGETALL', KEYS[3])
local done = ARGV[1] .. ':wrong:'
if #found == 2 then
  done = ARGV[1] .. ':done:' .. string.sub(KEYS[3], -22) .. ':' .. found[1] .. ':' .. found[2]
  redis.call('DEL', KEYS[2])
elseif #found > 2 then
  done = ARGV[1] .. ':several:'
elseif ARGV[8] == '1' then
  redis.call('HSET', KEYS[2], 'n', string.format('%.0f', n + 1), 'at', ARGV[3])
  redis.call('PEXPIRE', KEYS[2], ARGV[7])
end
redis.call('SET', KEYS[1], done, 'PX', ARGV[2])
return done
