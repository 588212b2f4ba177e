-- Changes one field of a person's, if it is what was read: a grant, the person,
-- their PIN.
--
-- KEYS[1] -> ll:{p:<name>}:did:<request>           string
-- KEYS[2] -> ll:{p:<name>}:grants, :person or :pin hash
-- ARGV[1] -> fingerprint of the request
-- ARGV[2] -> how long the outcome is kept, in ms
-- ARGV[3] -> name of the field: the carer, an invitation, or what is kept there
-- ARGV[4] -> the field as it was read, sealed; '' if there was none
-- ARGV[5] -> the field as it shall be, sealed
-- ARGV[6] -> the verdict
-- Returns what was done, now or before; or changed.
local was = redis.call('GET', KEYS[1])
if was then return was end
if (redis.call('HGET', KEYS[2], ARGV[3]) or '') ~= ARGV[4] then return 'changed' end
redis.call('HSET', KEYS[2], ARGV[3], ARGV[5])
local done = ARGV[1] .. ':' .. ARGV[6] .. ':'
redis.call('SET', KEYS[1], done, 'PX', ARGV[2])
return done
