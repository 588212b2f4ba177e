-- Lists what a decoy has from the beginning.
--
-- KEYS[1] -> ll:{p:<name>}:order  sorted set
-- KEYS[2] -> ll:{p:<name>}:appts  hash
-- ARGV[1, 2, 3], ... -> appointment id, its member of order, the appointment,
--                       sealed; nothing where there is no decoy
-- Returns 1.
for i = 1, #ARGV, 3 do
  redis.call('ZADD', KEYS[1], 0, ARGV[i + 1])
  redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 2])
end
return 1
