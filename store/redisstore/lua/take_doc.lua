-- Takes a document away, if what is there is what was read.
--
-- KEYS[1] -> ll:{p:<name>}:did:<request>     string
-- KEYS[2] -> ll:{p:<name>}:docs:<kind>       hash
-- KEYS[3] -> ll:{p:<name>}:doc-order:<kind>  sorted set
-- KEYS[4] -> ll:{p:<name>}:doc-at:<kind>     hash
-- KEYS[5] -> ll:{p:<name>}:doc-rows:<kind>   hash of marks, as in row.lua
-- ARGV[1] -> fingerprint of the request
-- ARGV[2] -> how long the outcome is kept, in ms
-- ARGV[3] -> name of the document
-- ARGV[4] -> the document as it was read, sealed
-- Returns what was done, now or before; or changed.
local was = redis.call('GET', KEYS[1])
if was then return was end
if (redis.call('HGET', KEYS[2], ARGV[3]) or '') ~= ARGV[4] then return 'changed' end
redis.call('HDEL', KEYS[2], ARGV[3])
local at = redis.call('HGET', KEYS[4], ARGV[3])
if at then redis.call('ZREM', KEYS[3], at) end
redis.call('HDEL', KEYS[4], ARGV[3])
redis.call('HDEL', KEYS[5], ARGV[3])
local done = ARGV[1] .. ':done:'
redis.call('SET', KEYS[1], done, 'PX', ARGV[2])
return done
