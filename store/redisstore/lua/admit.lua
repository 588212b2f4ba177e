-- Admits something that arrives, or says that there were too many: one
-- timestamp stands for the whole bucket (GCRA): when all that was admitted will
-- have been worked off.
--
-- KEYS[1] -> ll:{h:<name>}:calls, :texted, or ll:{p:<name>}:found
--            hash: due that timestamp (ms), last the arrival admitted last,
--            told the one that was too many and when (ms)
-- KEYS[2] -> ll:{h:<name>}:arrived  sorted set of the texts that were counted, by
--            when (ms): one that somebody sends again is none; else as KEYS[1]
-- ARGV[1] -> now, in unix ms
-- ARGV[2] -> how long it takes to work one off, in ms
-- ARGV[3] -> how many may come at once
-- ARGV[4] -> for how long nothing more is said to whoever was told, in ms, or 0
-- ARGV[5] -> name of the arrival: the same again is the same answer
-- ARGV[6] -> 1 to count it, 0 only to look
-- ARGV[7] -> how long a text is known, in ms, or 0
-- ARGV[8] -> how many are
-- Returns 'admitted', 'too many', or 'told' to whoever was told already.
local now, each, quiet = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[4])
local most = each * tonumber(ARGV[3])
local f = redis.call('HMGET', KEYS[1], 'due', 'last', 'told', 'at')
if f[2] == ARGV[5] then return 'admitted' end
if ARGV[7] ~= '0' and redis.call('ZSCORE', KEYS[2], ARGV[5]) then return 'admitted' end
if f[3] == ARGV[5] then return 'too many' end
local at = tonumber(f[4] or '0')
if at <= now and now < at + quiet then return 'told' end
local due = math.max(tonumber(f[1] or '0'), now)
if due > now + most then
  -- The clock jumped back, which must keep nobody out: the bucket is full.
  due = now + most
  redis.call('HSET', KEYS[1], 'due', string.format('%.0f', due))
end
if due + each > now + most then
  if quiet > 0 then
    redis.call('HSET', KEYS[1], 'told', ARGV[5], 'at', ARGV[1])
    redis.call('PEXPIRE', KEYS[1], string.format('%.0f', math.max(most, quiet)))
  end
  return 'too many'
end
if ARGV[6] == '1' then
  redis.call('HSET', KEYS[1], 'due', string.format('%.0f', due + each), 'last', ARGV[5])
  if ARGV[7] ~= '0' then
    redis.call('ZADD', KEYS[2], ARGV[1], ARGV[5])
    redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', '(' .. string.format('%.0f', now - tonumber(ARGV[7])))
    redis.call('ZREMRANGEBYRANK', KEYS[2], 0, -tonumber(ARGV[8]) - 1)
    redis.call('PEXPIRE', KEYS[2], ARGV[7])
  end
  redis.call('PEXPIRE', KEYS[1], string.format('%.0f', math.max(most, quiet)))
end
return 'admitted'
