-- Puts a document in the place of the one that was read.
--
-- KEYS[1] -> ll:{p:<name>}:docs:<kind>  hash
-- ARGV[1] -> name of the document
-- ARGV[2] -> the sealed one that was read; '' if there was none
-- ARGV[3] -> the document, sealed
-- Returns 1, or 0 if another is there by now.
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
