-- Puts an errand, or takes it away.
--
-- KEYS[1] -> ll:{d:<shard>}:errands      hash
-- KEYS[2] -> ll:{d:<shard>}:errands-due  sorted set
-- ARGV[1] -> the errand's name
-- ARGV[2] -> the errand, sealed; '': it is done
-- ARGV[3] -> when it is due, in ms
-- ARGV[4] -> '1': only if there is none of the name
-- Returns 1.
if ARGV[2] == '' then
  redis.call('HDEL', KEYS[1], ARGV[1])
  redis.call('ZREM', KEYS[2], ARGV[1])
elseif ARGV[4] ~= '1' or redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
  redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
end
return 1
