-- Keeps a free slot for somebody who waits for one.
--
-- KEYS[1] -> ll:{k:<clinic>}:slots        hash
-- KEYS[2] -> ll:{k:<clinic>}:free         sorted set
-- KEYS[3] -> ll:{k:<clinic>}:holds        hash
-- KEYS[4] -> ll:{k:<clinic>}:offers       hash
-- KEYS[5] -> ll:{k:<clinic>}:waiting-for  hash
-- ARGV[1] -> slot id
-- ARGV[2] -> the slot as it was read; '' if its diary is elsewhere, which then
--            holds it too
-- ARGV[3] -> the slot's member of free
-- ARGV[4] -> now, in unix ms
-- ARGV[5] -> until when a hold may last at most, as in hold.lua
-- ARGV[6] -> what was offered of it, as it was read; '' if nothing was
-- ARGV[7] -> what is offered of it now, sealed
-- ARGV[8] -> the person's name on the list
-- ARGV[9] -> who waits for what, as it was read
-- ARGV[10] -> the same with the offer, sealed
-- ARGV[11] -> the hold
-- Returns 1, or 0 if something is not as it was read.
local offered = redis.call('HGET', KEYS[4], ARGV[1]) or ''
if offered == ARGV[7] then
  return 1 -- the answer to the first try was lost
end
local here = ARGV[2] ~= ''
local hold = redis.call('HGET', KEYS[3], ARGV[1])
local lasts = hold and tonumber(string.sub(hold, 1, 13)) or 0
if offered ~= ARGV[6] or redis.call('HGET', KEYS[5], ARGV[8]) ~= ARGV[9] then
  return 0
end
if here and (redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2]
  or not redis.call('ZSCORE', KEYS[2], ARGV[3])
  or tonumber(ARGV[4]) < lasts and lasts <= tonumber(ARGV[5])) then
  return 0
end
redis.call('HSET', KEYS[4], ARGV[1], ARGV[7])
redis.call('HSET', KEYS[5], ARGV[8], ARGV[10])
if here then redis.call('HSET', KEYS[3], ARGV[1], ARGV[11]) end
return 1
