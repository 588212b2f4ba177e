-- Clears away an import that is done or given up.
--
-- KEYS[1] -> ll:{import}:state      hash
-- KEYS[2] -> ll:{import}:rows:<id>  list
-- ARGV[1] -> id of the import
-- Returns 1.
if redis.call('HGET', KEYS[1], 'id') == ARGV[1] then redis.call('DEL', KEYS[1]) end
redis.call('DEL', KEYS[2])
return 1
