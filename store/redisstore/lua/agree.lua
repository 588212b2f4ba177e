-- Puts a grant in the place of the invitation to it, if both are what was read.
--
-- KEYS[1] -> ll:{p:<name>}:did:<request>  string
-- KEYS[2] -> ll:{p:<name>}:grants         hash carer's name, or invitation -> sealed grant
-- ARGV[1] -> fingerprint of the request
-- ARGV[2] -> how long the outcome is kept, in ms
-- ARGV[3] -> the invitation
-- ARGV[4] -> the invitation as it was read, sealed
-- ARGV[5] -> name of the carer
-- ARGV[6] -> their grant as it was read, sealed; '': there was none
-- ARGV[7] -> their grant as it shall be, sealed; '': it stays
-- Returns what was done, now or before; or changed.
local was = redis.call('GET', KEYS[1])
if was then return was end
if redis.call('HGET', KEYS[2], ARGV[3]) ~= ARGV[4] then return 'changed' end
if (redis.call('HGET', KEYS[2], ARGV[5]) or '') ~= ARGV[6] then return 'changed' end
redis.call('HDEL', KEYS[2], ARGV[3])
if ARGV[7] ~= '' then redis.call('HSET', KEYS[2], ARGV[5], ARGV[7]) end
local done = ARGV[1] .. ':done:'
redis.call('SET', KEYS[1], done, 'PX', ARGV[2])
return done
