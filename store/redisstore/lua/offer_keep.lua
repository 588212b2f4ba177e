-- Goes on keeping a slot for whom it is offered to.
--
-- KEYS[1] -> ll:{k:<clinic>}:free    sorted set
-- KEYS[2] -> ll:{k:<clinic>}:holds   hash
-- KEYS[3] -> ll:{k:<clinic>}:offers  hash
-- ARGV[1] -> slot id
-- ARGV[2] -> the slot's member of free
-- ARGV[3] -> what is offered of it, as it was read
-- ARGV[4] -> now, in unix ms
-- ARGV[5] -> until when a hold may last at most, as in hold.lua
-- ARGV[6] -> until when it is held from now on, in unix ms, 13 digits
-- ARGV[7] -> name of the holder
-- ARGV[8] -> name of the offer, as a conversation
-- Returns 1 if it is held for them, else 0.
local hold = redis.call('HGET', KEYS[2], ARGV[1])
local lasts = hold and tonumber(string.sub(hold, 1, 13)) or 0
local live = tonumber(ARGV[4]) < lasts and lasts <= tonumber(ARGV[5])
if redis.call('HGET', KEYS[3], ARGV[1]) ~= ARGV[3] or not redis.call('ZSCORE', KEYS[1], ARGV[2])
  or live and string.sub(hold, 14, 35) ~= ARGV[7] then
  return 0
end
local conversation = ARGV[8]
if live then conversation = string.sub(hold, 36) end -- they are booking it just now
redis.call('HSET', KEYS[2], ARGV[1], ARGV[6] .. ARGV[7] .. conversation)
return 1
