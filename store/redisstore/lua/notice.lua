-- Puts a notice in the place of what was read, and forgets some that are over.
--
-- KEYS[1] -> ll:{d:<shard>}:notices      hash
-- KEYS[2] -> ll:{d:<shard>}:notices-due  sorted set
-- KEYS[3] -> ll:{d:<shard>}:notices-past sorted set
-- ARGV[1] -> the notice's name
-- ARGV[2] -> what was read, sealed; '': nothing, and only then is it put
-- ARGV[3] -> the notice, sealed
-- ARGV[4] -> when it is due, in ms; '': it is over
-- ARGV[5] -> when it is forgotten, in ms
-- ARGV[6] -> now, in ms
-- Returns 1, or 0 if something else stands there.
local was = redis.call('HGET', KEYS[1], ARGV[1]) or ''
if was == ARGV[3] then
  return 1 -- the answer to the first try was lost
end
if was ~= ARGV[2] then
  return 0
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('ZADD', KEYS[3], ARGV[5], ARGV[1])
if ARGV[4] == '' then
  redis.call('ZREM', KEYS[2], ARGV[1])
else
  redis.call('ZADD', KEYS[2], ARGV[4], ARGV[1])
end
for _, name in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', ARGV[6], 'LIMIT', 0, 10)) do
  redis.call('ZREM', KEYS[3], name)
  redis.call('ZREM', KEYS[2], name)
  redis.call('HDEL', KEYS[1], name)
end
return 1
