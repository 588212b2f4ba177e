-- Saves a turn if it is still the one that was claimed for the input, and
-- leaves its ledger lines in the outbox.
--
-- KEYS[1] -> ll:{c:<shard>}:turn:<name>   hash, see claim.lua
-- KEYS[2] -> ll:{c:<shard>}:outbox        list
-- KEYS[3] -> ll:{c:<shard>}:seq           string
-- KEYS[4] -> ll:{c:<shard>}:seen:<name>   sorted set of the names of inputs that
--            were answered by when (ms); it outlives the hash
-- KEYS[5] -> ll:{c:<shard>}:told          sorted set, see leave.lua
-- ARGV[1] -> name of the input
-- ARGV[2] -> number of the turn
-- ARGV[3] -> sealed conversation
-- ARGV[4] -> sealed reply
-- ARGV[5] -> now, in unix ms
-- ARGV[6] -> how long a conversation is kept, in ms
-- ARGV[7] -> name of this save, so that it may be sent twice
-- ARGV[8] -> how many answered inputs are remembered; until the next fiftieth
--            turn, so many more
-- ARGV[9] -> for how long, in ms
-- ARGV[10] -> how long it is known that a change was told of, in ms
-- ARGV[11...] -> of each ledger line, in turn: the name of the change that it
--            tells of, or ''; and the sealed line
-- Returns 1 if saved, 0 if somebody else was first.
local f = redis.call('HMGET', KEYS[1], 'n', 'ci', 'cf', 'sv')
if f[4] == ARGV[7] then return 1 end
if f[2] ~= ARGV[1] or f[1] ~= ARGV[2] then return 0 end
local n = tonumber(ARGV[2])
redis.call('HSET', KEYS[1], 'n', string.format('%.0f', n + 1), 's', ARGV[3], 'r', ARGV[4], 'at', ARGV[5],
  'li', ARGV[1], 'lf', f[3], 'sv', ARGV[7], 'k', ARGV[6], 'ci', '')
redis.call('PEXPIRE', KEYS[1], ARGV[6])
redis.call('ZADD', KEYS[4], ARGV[5], ARGV[1])
if n % 50 == 0 then
  -- Seldom is anything too old or too much; a conversation that begins anew
  -- begins at 0.
  redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', '(' .. string.format('%.0f', tonumber(ARGV[5]) - tonumber(ARGV[9])))
  redis.call('ZREMRANGEBYRANK', KEYS[4], 0, -tonumber(ARGV[8]) - 1)
end
redis.call('PEXPIRE', KEYS[4], ARGV[9])
for i = 11, #ARGV, 2 do
  local change = ARGV[i] ~= ''
  if not change or redis.call('ZADD', KEYS[5], 'NX', ARGV[5], ARGV[i]) == 1 then
    local seq = redis.call('INCR', KEYS[3])
    redis.call('RPUSH', KEYS[2], string.format('%.0f', seq) .. '|' .. ARGV[i + 1])
  end
  if change then
    redis.call('ZREMRANGEBYSCORE', KEYS[5], '-inf', '(' .. string.format('%.0f', tonumber(ARGV[5]) - tonumber(ARGV[10])))
    redis.call('PEXPIRE', KEYS[5], ARGV[10])
  end
end
return 1
