-- Loads a conversation and claims its turn for an input.
--
-- KEYS[1] -> ll:{c:<shard>}:turn:<name>   hash
-- KEYS[2] -> ll:{c:<shard>}:seen:<name>   sorted set, see save.lua
-- ARGV[1] -> name of the input
-- ARGV[2] -> fingerprint of the input's content
-- ARGV[3] -> number of the turn that the input answers, or -1 for any
-- ARGV[4] -> now, in unix ns (kept as it is: too long for a number here)
-- ARGV[5] -> now, in unix ms
-- ARGV[6] -> how long a claim keeps others waiting, in ms
-- ARGV[7] -> how long a conversation is kept whose saving did not say, in ms
-- Returns {state, turn, ns when the turn was first claimed, ms when last
-- saved, sealed conversation, sealed reply}; a part that is not there is ''.
--
-- Fields: n number of the current turn; s conversation and r reply as last
-- saved, at when (ms); li, lf the input answered last and its fingerprint;
-- ci, cf the input that has the turn ('' if none has) and its fingerprint, cn
-- when it first took it (ns), cm when it last did (ms); sv which save was the last,
-- k how long it said that the conversation is kept (ms).
local f = redis.call('HMGET', KEYS[1], 'n', 's', 'r', 'at', 'li', 'lf', 'ci', 'cf', 'cn', 'cm', 'k')
local n = tonumber(f[1] or '0')
local s, r, at = f[2] or '', f[3] or '', f[4] or ''
local ci = f[7] ~= '' and f[7]
local input, print, turn = ARGV[1], ARGV[2], tonumber(ARGV[3])
local now, kept = tonumber(ARGV[5]), tonumber(f[11] or ARGV[7])

local function answer(state, number, since)
  return {state, string.format('%.0f', number), since or '', at, s, r}
end

local last = tonumber(f[10] or '0')
if at ~= '' and tonumber(at) > last then last = tonumber(at) end
if last > 0 and now - last > kept then
  -- Left for too long by our clock, whatever Redis's thinks.
  redis.call('DEL', KEYS[1])
  n, s, r, at, ci = 0, '', '', '', false
  f = {}
end

if f[5] == input then
  if f[6] == print then return answer('answered', n - 1) end
  return answer('stale', n)
end
if ci == input then
  if f[8] ~= print then return answer('stale', n) end
  redis.call('HSET', KEYS[1], 'cm', ARGV[5])
  return answer('taken', n, f[9])
end
if turn >= 0 and turn < n then return answer('stale', n) end
if redis.call('ZSCORE', KEYS[2], input) then return answer('stale', n) end
if turn > n then
  -- What was saved since is lost: begin anew, at the caller's turn.
  redis.call('HDEL', KEYS[1], 's', 'r', 'at')
  n, s, r, at = turn, '', '', ''
elseif ci and now - tonumber(f[10]) < tonumber(ARGV[6]) then
  -- Claimed by a clock that has jumped back since: the claim lasts from now.
  if tonumber(f[10]) > now then redis.call('HSET', KEYS[1], 'cm', ARGV[5]) end
  return answer('busy', n)
end
redis.call('HSET', KEYS[1], 'n', string.format('%.0f', n), 'ci', input, 'cf', print, 'cn', ARGV[4], 'cm', ARGV[5])
redis.call('PEXPIRE', KEYS[1], kept)
return answer('taken', n, ARGV[4])
