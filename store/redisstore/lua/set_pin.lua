-- Puts a PIN, or one that is proposed, in its place.
--
-- KEYS[1] -> ll:{p:<name>}:did:<request>  string
-- KEYS[2] -> ll:{p:<name>}:pin            hash
-- ARGV[1] -> fingerprint of the request
-- ARGV[2] -> how long the outcome is kept, in ms
-- ARGV[3] -> the field, and ARGV[4] what is put there, sealed
-- ARGV[5] -> the field of what was proposed, which goes; '': it stays
-- ARGV[6] -> what was proposed as it was read, sealed
-- Returns what was done, now or before; or changed.
local was = redis.call('GET', KEYS[1])
if was then return was end
if ARGV[5] ~= '' then
  if redis.call('HGET', KEYS[2], ARGV[5]) ~= ARGV[6] then return 'changed' end
  redis.call('HDEL', KEYS[2], ARGV[5])
end
redis.call('HSET', KEYS[2], ARGV[3], ARGV[4])
local done = ARGV[1] .. ':done:'
redis.call('SET', KEYS[1], done, 'PX', ARGV[2])
return done
