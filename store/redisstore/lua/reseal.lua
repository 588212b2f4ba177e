-- Puts a value that was sealed anew in its place, unless it was changed
-- meanwhile. Lifetimes stay.
--
-- KEYS[1] -> any key
-- ARGV[1] -> its type: string, hash or list
-- ARGV[2] -> field of the hash, or index in the list when it was read: an
--            element can only have come nearer to the head since
-- ARGV[3] -> the value as it was read
-- ARGV[4] -> the value as it shall be
-- Returns 1, or 0 if the value is not as it was read.
if ARGV[1] == 'string' then
  local is = redis.call('GET', KEYS[1])
  if is == ARGV[4] then return 1 end -- sent twice
  if is ~= ARGV[3] then return 0 end
  redis.call('SET', KEYS[1], ARGV[4], 'KEEPTTL')
  return 1
end
if ARGV[1] == 'hash' then
  local is = redis.call('HGET', KEYS[1], ARGV[2])
  if is == ARGV[4] then return 1 end -- sent twice
  if is ~= ARGV[3] then return 0 end
  redis.call('HSET', KEYS[1], ARGV[2], ARGV[4])
  return 1
end
for i = tonumber(ARGV[2]), 0, -1 do
  local is = redis.call('LINDEX', KEYS[1], i)
  if is == ARGV[4] then return 1 end -- sent twice
  if is == ARGV[3] then
    redis.call('LSET', KEYS[1], i, ARGV[4])
    return 1
  end
end
return 0
