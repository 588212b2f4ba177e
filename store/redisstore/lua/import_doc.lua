-- Puts an imported document in its place and in the order, unless the one that
-- is there came from the same row or from a later import.
--
-- KEYS[1] -> ll:{p:<name>}:docs:<kind>       hash
-- KEYS[2] -> ll:{p:<name>}:doc-rows:<kind>   hash of marks, as in row.lua
-- KEYS[3] -> ll:{p:<name>}:doc-order:<kind>  sorted set
-- KEYS[4] -> ll:{p:<name>}:doc-at:<kind>     hash
-- ARGV[1] -> name of the document
-- ARGV[2] -> number of the import
-- ARGV[3] -> fingerprint of the row
-- ARGV[4] -> the document, sealed
-- ARGV[5] -> its member of doc-order; '' if it is not listed
-- Returns new, changed or same.
local mark = redis.call('HGET', KEYS[2], ARGV[1])
local fresh = ARGV[2] .. '|' .. ARGV[3]
if mark then
  if tonumber(string.match(mark, '^%d+')) > tonumber(ARGV[2]) then return 'same' end
  if string.match(mark, '|(.*)$') == ARGV[3] then
    redis.call('HSET', KEYS[2], ARGV[1], fresh)
    return 'same'
  end
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[4])
redis.call('HSET', KEYS[2], ARGV[1], fresh)
local at = redis.call('HGET', KEYS[4], ARGV[1])
if at and at ~= ARGV[5] then redis.call('ZREM', KEYS[3], at) end
if ARGV[5] == '' then
  redis.call('HDEL', KEYS[4], ARGV[1])
else
  redis.call('ZADD', KEYS[3], 0, ARGV[5])
  redis.call('HSET', KEYS[4], ARGV[1], ARGV[5])
end
if mark then return 'changed' end
return 'new'
