-- Begins the staging of an import, if no other is under way.
--
-- KEYS[1] -> ll:{import}:state  hash: id, seq, ready, at
-- KEYS[2] -> ll:{import}:seq    string
-- ARGV[1] -> id of the import
-- ARGV[2] -> now, in unix ms
-- ARGV[3] -> until when a staging that has not moved since is given up, in unix ms
-- Returns {'begun', number of the import, id of one that was given up or ''},
-- {'finish', id} where another is staged whole, or {'busy', id}.
local f = redis.call('HMGET', KEYS[1], 'id', 'ready', 'at')
local gone = ''
if f[1] and f[1] ~= ARGV[1] then
  if f[2] == '1' then return {'finish', f[1]} end
  if tonumber(f[3]) > tonumber(ARGV[3]) then
    -- Moved by a clock that has jumped back since: it has moved now.
    if tonumber(f[3]) > tonumber(ARGV[2]) then redis.call('HSET', KEYS[1], 'at', ARGV[2]) end
    return {'busy', f[1]}
  end
  gone = f[1]
end
local seq = string.format('%.0f', redis.call('INCR', KEYS[2]))
redis.call('HSET', KEYS[1], 'id', ARGV[1], 'seq', seq, 'ready', '0', 'at', ARGV[2])
return {'begun', seq, gone}
