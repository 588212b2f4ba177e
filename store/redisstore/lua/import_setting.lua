-- Puts somebody's settings with one of an import's in their place, and the mark of its
-- row, if what is there is what was read.
--
-- KEYS[1] -> ll:{p:<name>}:docs:settings      hash
-- KEYS[2] -> ll:{p:<name>}:doc-rows:settings  hash of marks, as in row.lua
-- ARGV[1] -> name of the document
-- ARGV[2] -> the document as it was read, sealed; '' if there was none
-- ARGV[3] -> the document as it shall be, sealed
-- ARGV[4] -> name of the setting
-- ARGV[5] -> the mark
-- Returns done, now or before; or changed.
if redis.call('HGET', KEYS[2], ARGV[4]) == ARGV[5] then return 'done' end
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then return 'changed' end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('HSET', KEYS[2], ARGV[4], ARGV[5])
return 'done'
