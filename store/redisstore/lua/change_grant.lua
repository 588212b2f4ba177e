-- Changes a grant, if it is what was read.
--
-- KEYS[1] -> ll:{p:<name>}:did:<request>  string
-- KEYS[2] -> ll:{p:<name>}:grants         hash carer's name, or invitation -> sealed grant
-- ARGV[1] -> fingerprint of the request
-- ARGV[2] -> how long the outcome is kept, in ms
-- ARGV[3] -> name of the carer, or of the invitation
-- ARGV[4] -> the grant as it was read, sealed; '': there was none
-- ARGV[5] -> the grant as it shall be, sealed
-- ARGV[6] -> the verdict
-- Returns what was done, now or before; or changed.
local was = redis.call('GET', KEYS[1])
if was then return was end
if (redis.call('HGET', KEYS[2], ARGV[3]) or '') ~= ARGV[4] then return 'changed' end
redis.call('HSET', KEYS[2], ARGV[3], ARGV[5])
local done = ARGV[1] .. ':' .. ARGV[6] .. ':'
redis.call('SET', KEYS[1], done, 'PX', ARGV[2])
return done
