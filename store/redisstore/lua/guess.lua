-- Lets a calling number try to prove somebody, or tells it to wait. The try is
-- counted as a miss at once, so that many at a time gain nothing; forgive.lua
-- takes the miss back where it was none.
--
-- KEYS[1] -> ll:{h:<name>}:guesses            hash: n how many, at the last (ms)
-- KEYS[2] -> ll:{h:<name>}:charged:<request>  string
-- KEYS[3] -> ll:{h:<name>}:people             hash
-- ARGV[1] -> now, in unix ms
-- ARGV[2] -> how many misses are free
-- ARGV[3] -> the first wait, in ms
-- ARGV[4] -> the longest wait, in ms
-- ARGV[5] -> how long misses are kept, in ms
-- ARGV[6] -> how long a request is remembered, in ms
-- ARGV[7] -> 1 to count the try, 0 only to look
-- ARGV[8] -> whom it tries to be: the field in people, if the number is theirs;
--            then the try is not counted
-- Returns 'go', 'own' (go, and the number is theirs) or 'wait'.
local now = tonumber(ARGV[1])
if redis.call('EXISTS', KEYS[2]) == 1 then return 'go' end
local f = redis.call('HMGET', KEYS[1], 'n', 'at')
local n, at = tonumber(f[1] or '0'), tonumber(f[2] or '0')
if at > now then
  -- The clock jumped back: the wait begins anew, and is no longer for that.
  at = now
  redis.call('HSET', KEYS[1], 'at', ARGV[1])
end
if now - at > tonumber(ARGV[5]) then n = 0 end
if n >= tonumber(ARGV[2]) then
  local wait = math.min(tonumber(ARGV[3]) * 2 ^ math.min(n - tonumber(ARGV[2]), 30), tonumber(ARGV[4]))
  if now < at + wait then return 'wait' end
end
local own = redis.call('HEXISTS', KEYS[3], ARGV[8]) == 1
if own then return 'own' end
if ARGV[7] == '1' then
  redis.call('HSET', KEYS[1], 'n', string.format('%.0f', n + 1), 'at', ARGV[1])
  redis.call('PEXPIRE', KEYS[1], ARGV[5])
  redis.call('SET', KEYS[2], string.format('%.0f', at), 'PX', ARGV[6])
end
return 'go'
