-- Finds free slots in some spans of time, in order.
--
-- KEYS[1] -> ll:{k:<clinic>}:clinic           string
-- KEYS[2] -> ll:{k:<clinic>}:free[:clinician] sorted set
-- KEYS[3] -> ll:{k:<clinic>}:slots            hash
-- KEYS[4] -> ll:{k:<clinic>}:holds            hash
-- ARGV[1] -> now, in unix ms
-- ARGV[2] -> name of the holder for whom is asked: their own hold hides nothing
-- ARGV[3] -> how many slots are wanted
-- ARGV[4] -> until when a hold may last at most, as in hold.lua
-- ARGV[5, 6], ARGV[7, 8], ... -> bounds of each span, as of ZRANGEBYLEX
-- Returns {clinic, the slots found as {id, slot, id, slot, ...}, the first
-- member beyond the last span, where fewer were found than wanted}; a part
-- that is not there is ''.
local now, want, latest = tonumber(ARGV[1]), tonumber(ARGV[3]), tonumber(ARGV[4])
local found = {}
local page = want + 4
for i = 5, #ARGV, 2 do
  local min, more = ARGV[i], true
  while more and #found < want * 2 do
    local members = redis.call('ZRANGEBYLEX', KEYS[2], min, ARGV[i + 1], 'LIMIT', 0, page)
    more = #members == page
    for _, m in ipairs(members) do
      min = '(' .. m
      local id = string.sub(m, 15)
      local hold = redis.call('HGET', KEYS[4], id)
      local lasts = hold and tonumber(string.sub(hold, 1, 13)) or 0
      local free = lasts <= now or latest < lasts or string.sub(hold, 14, 35) == ARGV[2]
      if free and #found < want * 2 then
        found[#found + 1] = id
        found[#found + 1] = redis.call('HGET', KEYS[3], id) or ''
      end
    end
  end
end
local beyond = ''
local last = ARGV[#ARGV]
if #found < want * 2 and last ~= '+' then
  beyond = redis.call('ZRANGEBYLEX', KEYS[2], '[' .. string.sub(last, 2), '+', 'LIMIT', 0, 1)[1] or ''
end
return {redis.call('GET', KEYS[1]) or '', found, beyond}
