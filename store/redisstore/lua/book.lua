-- Books a free slot and, where an appointment moves within the diary, frees
-- its old slot. What is to be done elsewhere is left as an intent.
--
-- KEYS[1] -> ll:{k:<clinic>}:did:<request>     string
-- KEYS[2] -> ll:{k:<clinic>}:slots             hash
-- KEYS[3] -> ll:{k:<clinic>}:free              sorted set
-- KEYS[4] -> ll:{k:<clinic>}:free:<clinician>  sorted set
-- KEYS[5] -> ll:{k:<clinic>}:holds             hash
-- KEYS[6] -> ll:{k:<clinic>}:booked            hash
-- KEYS[7] -> ll:{k:<clinic>}:intent:<request>  string
-- KEYS[8] -> ll:{k:<clinic>}:free:<clinician>  of the old slot; else as KEYS[4]
-- ARGV[1] -> fingerprint of the request
-- ARGV[2] -> how long the outcome is kept, in ms
-- ARGV[3] -> slot id
-- ARGV[4] -> the slot's member of free
-- ARGV[5] -> the slot as it was read
-- ARGV[6] -> now, in unix ms
-- ARGV[7] -> name of the holder
-- ARGV[8] -> the appointment's name in this diary
-- ARGV[9] -> sealed person id
-- ARGV[10] -> sealed intent
-- ARGV[11] -> verdict where it is booked: done, or pending
-- ARGV[12] -> sealed payload of that
-- ARGV[13] -> old slot id, or ''
-- ARGV[14] -> the old slot's member of free
-- ARGV[15] -> the old appointment's name in this diary
-- ARGV[16] -> until when a hold may last at most, as in hold.lua
-- ARGV[17] -> 1 if it is only rehearsed, for a decoy: the diary stays as it is
-- Returns what was done, now or before; or 'changed' if the slot is not as read.
local was = redis.call('GET', KEYS[1])
if was then return was end
if redis.call('HGET', KEYS[2], ARGV[3]) ~= ARGV[5] then return 'changed' end
local verdict = ARGV[11]
local rehearsed = ARGV[17] == '1'
if ARGV[13] ~= '' and not rehearsed then
  local b = redis.call('HGET', KEYS[6], ARGV[13])
  if not b or string.sub(b, 1, #ARGV[15] + 1) ~= ARGV[15] .. '|' then verdict = 'none' end
end
if verdict ~= 'none' then
  local hold = redis.call('HGET', KEYS[5], ARGV[3])
  local lasts = hold and tonumber(string.sub(hold, 1, 13)) or 0
  if not redis.call('ZSCORE', KEYS[3], ARGV[4])
    or tonumber(string.sub(ARGV[4], 1, 13)) <= tonumber(ARGV[6])
    or tonumber(ARGV[6]) < lasts and lasts <= tonumber(ARGV[16]) and string.sub(hold, 14, 35) ~= ARGV[7] then
    verdict = 'taken'
  end
end
local done = ARGV[1] .. ':' .. verdict .. ':'
if verdict == ARGV[11] then
  done = done .. ARGV[12]
  redis.call('SET', KEYS[7], ARGV[10])
end
if verdict == ARGV[11] and not rehearsed then
  redis.call('ZREM', KEYS[3], ARGV[4])
  redis.call('ZREM', KEYS[4], ARGV[4])
  redis.call('HDEL', KEYS[5], ARGV[3])
  redis.call('HSET', KEYS[6], ARGV[3], ARGV[8] .. '|' .. ARGV[9])
  if ARGV[13] ~= '' then
    redis.call('HDEL', KEYS[6], ARGV[13])
    if redis.call('HEXISTS', KEYS[2], ARGV[13]) == 1 then
      redis.call('ZADD', KEYS[3], 0, ARGV[14])
      redis.call('ZADD', KEYS[8], 0, ARGV[14])
    end
  end
end
redis.call('SET', KEYS[1], done, 'PX', ARGV[2])
return done
