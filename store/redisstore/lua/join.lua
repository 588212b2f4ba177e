-- Puts somebody on a clinic's waiting list. Who is on it keeps their place.
--
-- KEYS[1] -> ll:{k:<clinic>}:did:<request>  string
-- KEYS[2] -> ll:{k:<clinic>}:waiting        sorted set
-- KEYS[3] -> ll:{k:<clinic>}:waiting-for    hash
-- ARGV[1] -> fingerprint of the request
-- ARGV[2] -> how long the outcome is kept, in ms
-- ARGV[3] -> the person's name on this list
-- ARGV[4] -> their member of waiting
-- ARGV[5] -> who waits for what, sealed
-- ARGV[6] -> 1 if it is only rehearsed, for a decoy: the list stays as it is
-- Returns what was done, now or before.
local was = redis.call('GET', KEYS[1])
if was then return was end
if ARGV[6] ~= '1' then
  if redis.call('HEXISTS', KEYS[3], ARGV[3]) == 0 then redis.call('ZADD', KEYS[2], 0, ARGV[4]) end
  redis.call('HSET', KEYS[3], ARGV[3], ARGV[5])
end
local done = ARGV[1] .. ':done:'
redis.call('SET', KEYS[1], done, 'PX', ARGV[2])
return done
