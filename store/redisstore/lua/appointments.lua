-- Takes an appointment out of a person's list, or into it, or both. It may be
-- run again at any time: what was let go does not come back.
--
-- KEYS[1] -> ll:{p:<name>}:order     sorted set
-- KEYS[2] -> ll:{p:<name>}:appts     hash
-- KEYS[3] -> ll:{p:<name>}:gone:<id> of the one that goes; else as KEYS[4]
-- KEYS[4] -> ll:{p:<name>}:gone:<id> of the one that comes; else as KEYS[3]
-- ARGV[1] -> id of the one that goes, or ''
-- ARGV[2] -> its member of order
-- ARGV[3] -> what is remembered of it, sealed
-- ARGV[4] -> for how long, in ms
-- ARGV[5] -> id of the one that comes, or ''
-- ARGV[6] -> its member of order
-- ARGV[7] -> the appointment, sealed
-- ARGV[8] -> a bound of order, as of ZRANGEBYLEX: what is before it is forgotten
-- Returns 1.
if ARGV[1] ~= '' then
  redis.call('ZREM', KEYS[1], ARGV[2])
  redis.call('HDEL', KEYS[2], ARGV[1])
  redis.call('SET', KEYS[3], ARGV[3], 'PX', ARGV[4])
end
if ARGV[5] ~= '' and redis.call('EXISTS', KEYS[4]) == 0 then
  redis.call('ZADD', KEYS[1], 0, ARGV[6])
  redis.call('HSET', KEYS[2], ARGV[5], ARGV[7])
end
for _, m in ipairs(redis.call('ZRANGEBYLEX', KEYS[1], '-', ARGV[8], 'LIMIT', 0, 10)) do
  redis.call('ZREM', KEYS[1], m)
  redis.call('HDEL', KEYS[2], string.sub(m, 15))
end
return 1
