-- Lets somebody try a person's PIN, or tells them to wait. The try is counted
-- as a miss at once, so that many at a time gain nothing; settle_pin.lua takes
-- the misses away where the PIN was right.
--
-- KEYS[1] -> ll:{p:<name>}:did:<request>  string
-- KEYS[2] -> ll:{p:<name>}:misses or own-misses  hash: n how many, at the last (ms)
-- KEYS[3] -> ll:{p:<name>}:pin            hash
-- ARGV[1] -> fingerprint of the request
-- ARGV[2] -> how long the outcome is kept, in ms
-- ARGV[3] -> now, in unix ms
-- ARGV[4] -> how many misses are free
-- ARGV[5] -> the first wait, in ms
-- ARGV[6] -> the longest wait, in ms
-- ARGV[7] -> how long misses are kept, in ms
-- Returns {what was done or 'wait', the sealed PIN record or '', how often it
-- was given right}; what was done is pending until settle_pin.lua.
local kept = redis.call('HMGET', KEYS[3], 'v', 'proofs')
local pin, proofs = kept[1] or '', kept[2] or '0'
local was = redis.call('GET', KEYS[1])
if was then return {was, pin, proofs} end
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
  if now < at + wait then return {'wait', pin, proofs} end
end
redis.call('HSET', KEYS[2], 'n', string.format('%.0f', n + 1), 'at', ARGV[3])
redis.call('PEXPIRE', KEYS[2], ARGV[7])
local done = ARGV[1] .. ':pending:'
redis.call('SET', KEYS[1], done, 'PX', ARGV[2])
return {done, pin, proofs}
