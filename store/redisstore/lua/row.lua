-- Puts an imported row in its place, unless the row that is there came from
-- the same text or from a later import.
--
-- KEYS[1] -> hash of the value
-- KEYS[2] -> hash of the marks "<number of the import>|<fingerprint of the row>"
-- ARGV[1] -> field of the mark
-- ARGV[2] -> number of the import
-- ARGV[3] -> fingerprint of the row
-- ARGV[4, 5], ... -> fields and values
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
for i = 4, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
redis.call('HSET', KEYS[2], ARGV[1], fresh)
if mark then return 'changed' end
return 'new'
