-- Saves a turn if it is still the one that was claimed for the input, and
-- leaves its ledger lines in the outbox.
--
-- KEYS[1] -> ll:{c:<shard>}:turn:<name>   hash, see claim.lua
-- KEYS[2] -> ll:{c:<shard>}:outbox        list
-- KEYS[3] -> ll:{c:<shard>}:seq           string
-- ARGV[1] -> name of the input
-- ARGV[2] -> number of the turn
-- ARGV[3] -> sealed conversation
-- ARGV[4] -> sealed reply
-- ARGV[5] -> now, in unix ms
-- ARGV[6] -> how long a conversation is kept, in ms
-- ARGV[7] -> name of this save, so that it may be sent twice
-- ARGV[8] -> how many names of answered inputs are remembered, in letters
-- ARGV[9...] -> sealed ledger lines
-- Returns 1 if saved, 0 if somebody else was first.
local f = redis.call('HMGET', KEYS[1], 'n', 'ci', 'cf', 'li', 'old', 'sv')
if f[6] == ARGV[7] then return 1 end
if f[2] ~= ARGV[1] or f[1] ~= ARGV[2] then return 0 end
local old = string.sub((f[5] or '') .. (f[4] or ''), -tonumber(ARGV[8]))
redis.call('HSET', KEYS[1], 'n', string.format('%.0f', tonumber(f[1]) + 1), 's', ARGV[3], 'r', ARGV[4], 'at', ARGV[5],
  'li', ARGV[1], 'lf', f[3], 'old', old, 'sv', ARGV[7])
redis.call('HDEL', KEYS[1], 'ci', 'cf', 'cn', 'cm')
redis.call('PEXPIRE', KEYS[1], ARGV[6])
for i = 9, #ARGV do
  local seq = redis.call('INCR', KEYS[3])
  redis.call('RPUSH', KEYS[2], string.format('%.0f', seq) .. '|' .. ARGV[i])
end
return 1
