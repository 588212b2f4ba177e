-- Changes one field of a person's, if it is what was read, for no request.
--
-- KEYS[1] -> ll:{p:<name>}:grants hash
-- ARGV[1] -> name of the field: the carer
-- ARGV[2] -> the field as it was read, sealed; '' if there was none
-- ARGV[3] -> the field as it shall be, sealed
-- Returns done; or changed.
local is = redis.call('HGET', KEYS[1], ARGV[1]) or ''
if is ~= ARGV[3] and is ~= ARGV[2] then return 'changed' end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 'done'
