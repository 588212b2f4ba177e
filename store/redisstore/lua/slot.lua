-- Takes an imported slot into its diary. A slot that is booked stays as it is.
--
-- KEYS[1] -> ll:{k:<clinic>}:slots             hash
-- KEYS[2] -> ll:{k:<clinic>}:rows              hash
-- KEYS[3] -> ll:{k:<clinic>}:all               sorted set
-- KEYS[4] -> ll:{k:<clinic>}:free              sorted set
-- KEYS[5] -> ll:{k:<clinic>}:free:<clinician>  sorted set
-- KEYS[6] -> ll:{k:<clinic>}:free:<clinician>  of the slot as it was; else as KEYS[5]
-- KEYS[7] -> ll:{k:<clinic>}:booked            hash
-- KEYS[8] -> ll:{k:<clinic>}:holds             hash
-- ARGV[1] -> slot id
-- ARGV[2] -> number of the import
-- ARGV[3] -> fingerprint of the row
-- ARGV[4] -> the slot
-- ARGV[5] -> its member of free
-- ARGV[6] -> the slot as it was read, or ''
-- ARGV[7] -> its member of free
-- Returns new, changed, same; or again, if the slot is not as it was read.
local mark = redis.call('HGET', KEYS[2], ARGV[1])
local fresh = ARGV[2] .. '|' .. ARGV[3]
if mark then
  if tonumber(string.match(mark, '^%d+')) > tonumber(ARGV[2]) then return 'same' end
  if string.match(mark, '|(.*)$') == ARGV[3] then
    redis.call('HSET', KEYS[2], ARGV[1], fresh)
    return 'same'
  end
end
local was = redis.call('HGET', KEYS[1], ARGV[1]) or ''
if was ~= ARGV[6] then return 'again' end
local booked = redis.call('HEXISTS', KEYS[7], ARGV[1]) == 1
if booked and was ~= ARGV[4] then return 'same' end
redis.call('HSET', KEYS[2], ARGV[1], fresh)
redis.call('HSET', KEYS[1], ARGV[1], ARGV[4])
if was ~= '' and was ~= ARGV[4] then
  redis.call('ZREM', KEYS[3], ARGV[7])
  redis.call('ZREM', KEYS[4], ARGV[7])
  redis.call('ZREM', KEYS[6], ARGV[7])
  redis.call('HDEL', KEYS[8], ARGV[1])
end
redis.call('ZADD', KEYS[3], 0, ARGV[5])
if not booked then
  redis.call('ZADD', KEYS[4], 0, ARGV[5])
  redis.call('ZADD', KEYS[5], 0, ARGV[5])
end
if mark then return 'changed' end
return 'new'
