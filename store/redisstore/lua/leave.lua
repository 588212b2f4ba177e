-- Leaves the ledger line of a change in an outbox, unless it was left before:
-- here or with the save of its turn.
--
-- KEYS[1] -> ll:{c:<shard>}:outbox  list
-- KEYS[2] -> ll:{c:<shard>}:seq     string
-- KEYS[3] -> ll:{c:<shard>}:told    sorted set of the names of changes whose
--            line was left, by when (ms)
-- ARGV[1] -> name of the change
-- ARGV[2] -> sealed line
-- ARGV[3] -> when the change was asked for, in unix ms
-- ARGV[4] -> how long it is known that a change was told of, in ms
-- Returns 1 if it was left now, else 0.
local left = redis.call('ZADD', KEYS[3], 'NX', ARGV[3], ARGV[1])
if left == 1 then
  local seq = redis.call('INCR', KEYS[2])
  redis.call('RPUSH', KEYS[1], string.format('%.0f', seq) .. '|' .. ARGV[2])
end
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', '(' .. string.format('%.0f', tonumber(ARGV[3]) - tonumber(ARGV[4])))
redis.call('PEXPIRE', KEYS[3], ARGV[4])
return left
