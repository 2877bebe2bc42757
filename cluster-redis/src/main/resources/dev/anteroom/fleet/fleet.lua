-- Lends the slots of a fleet to its nodes. Redis runs one call at a time, so each is a step of the protocol of docs/fleet.md, which
-- verification/model/fleet.pml checks. Lua 5.1 and no library, Redis 6.2 or later.
--
--   KEYS[1]  a hash: the fleet
--   KEYS[2]  a hash: for each node, what is lent to it and what it told last
--   ARGV     beat NODE ... | leave NODE GENERATION | gone NODE | limit N | view | check
--
-- A beat costs the same however many nodes there are, but for the level: what each may have is worked out from what all need, by
-- whoever comes first after a time that grows with their number. To come or to go does not work it out: or a fleet of n that starts
-- would cost n times n.

local fleetKey, nodesKey = KEYS[1], KEYS[2]
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)

local function whole(x)
  return string.format('%d', x)
end

-- The fleet --------------------------------------------------------------------------------------------------------------------

local FIELDS = {
  'epoch',     -- changes when Redis may have lost writes
  'run',       -- the server that wrote last
  'settled',   -- until then nothing is granted: whoever was lent slots that are forgotten tells, or has lost them
  'lease',     -- milliseconds
  'limit', 'version', -- and how often that was changed
  'generation',-- the last that was given out
  'reserved',  -- what is lent to all
  'count',     -- nodes
  'levelAt', 'band', 'level', 'spare', 'scale' -- see relevel
}

local function load()
  local values = redis.call('HMGET', fleetKey, unpack(FIELDS))
  local fleet = {}
  for i, field in ipairs(FIELDS) do
    fleet[field] = values[i] and (tonumber(values[i]) or values[i]) or nil
  end
  if values[1] then
    fleet.epoch, fleet.run = values[1], values[2]
  end
  return fleet
end

local function save(fleet)
  local flat = {}
  for _, field in ipairs(FIELDS) do
    local value = fleet[field]
    if type(value) == 'number' then
      value = value == math.floor(value) and whole(value) or string.format('%.9g', value)
    end
    if value then
      flat[#flat + 1] = field
      flat[#flat + 1] = value
    end
  end
  redis.call('HSET', fleetKey, unpack(flat))
end

-- The nodes --------------------------------------------------------------------------------------------------------------------

-- generation, number of its last report, lent, lease ends at, served, waiting, need, weight, fallback, cut (-1: never), classes, extra
local RECORD = string.rep('(%-?%d+) ', 10) .. '(%S+) (%d+)'

local function parse(text)
  local g, n, lent, ends, served, waiting, need, weight, fallback, cut, classes, extra = string.match(text, RECORD)
  return {
    generation = tonumber(g), number = tonumber(n), lent = tonumber(lent), ends = tonumber(ends),
    served = tonumber(served), waiting = tonumber(waiting), need = tonumber(need),
    weight = tonumber(weight), fallback = tonumber(fallback), cut = tonumber(cut), classes = classes,
    extra = tonumber(extra)
  }
end

local function put(name, node)
  redis.call('HSET', nodesKey, name, table.concat({
    whole(node.generation), whole(node.number), whole(node.lent), whole(node.ends), whole(node.served), whole(node.waiting),
    whole(node.need), whole(node.weight), whole(node.fallback), whole(node.cut), node.classes, whole(node.extra) }, ' '))
end

local function find(name)
  local text = redis.call('HGET', nodesKey, name)
  return text and parse(text) or nil
end

local function all()
  local flat = redis.call('HGETALL', nodesKey)
  local nodes = {}
  for i = 1, #flat, 2 do
    nodes[flat[i]] = parse(flat[i + 1])
  end
  return nodes
end

-- The end of a lease here: later than by its holder's clock, which started before it asked.
local function leaseEnd(fleet)
  return now + fleet.lease + math.floor(fleet.lease / 5)
end

-- Who gets how many ------------------------------------------------------------------------------------------------------------

-- Less urgent than every class of waiters: a slot that gets free goes to them first.
local SERVED = 2147483647

-- A node's share that others never get, and what it needs beyond, by class. By class each class of waiters needs on its own, and those
-- who are served come last; else it needs what it serves and whoever waits, all of one class.
local function needs(fleet, node)
  local base = math.floor(node.fallback * fleet.scale)
  if node.classes == '-' then
    return base, { [0] = math.max(0, node.need - base) }
  end
  local wanted = {}
  for class, count in string.gmatch(node.classes, '(%d+):(%d+)') do
    wanted[tonumber(class)] = tonumber(count)
  end
  wanted[SERVED] = math.max(0, node.served - base)
  return base, wanted
end

-- The level to which water fills vessels of these widths and heights: least L with the sum of min(height, L * width) = amount.
local function fill(vessels, amount)
  local level = 0
  while true do
    local width = 0
    local rest = amount
    for _, vessel in ipairs(vessels) do
      if vessel.height <= level * vessel.width then
        rest = rest - vessel.height
      else
        width = width + vessel.width
      end
    end
    local higher = width == 0 and level or rest / width
    if higher <= level then
      return level
    end
    level = higher
  end
end

-- How much of its need a node may have, and whether it could do with more.
local function share(fleet, node)
  local base, wanted = needs(fleet, node)
  local slots = base
  local unmet = false
  for class, count in pairs(wanted) do
    if fleet.band < 0 or class < fleet.band then
      slots = slots + count
    elseif class == fleet.band then
      local part = math.floor(math.min(count, fleet.level * node.weight) + 1e-6)
      slots = slots + part
      unmet = unmet or part < count
    end
  end
  if fleet.band < 0 then
    slots = slots + math.floor(fleet.spare * node.weight + 1e-6)
  end
  return slots, unmet or fleet.band < 0
end

-- The same with the slot that rounding left over, if the node has one of those. The targets of all never exceed the limit: what is
-- too much after that was lowered comes back.
local function target(fleet, node)
  local slots, more = share(fleet, node)
  return more and slots + node.extra or slots
end

-- Each slot that rounding left over is one node's, which keeps it while it could do with more.
local function spread(fleet, nodes, left)
  local without = {}
  for name, node in pairs(nodes) do
    local _, more = share(fleet, node)
    if more and node.extra == 1 and left > 0 then
      left = left - 1
    elseif more or node.extra == 1 then
      without[name] = node
    end
  end
  for name, node in pairs(without) do
    local _, more = share(fleet, node)
    local extra = more and left > 0 and 1 or 0
    left = left - extra
    if extra ~= node.extra then
      node.extra = extra
      put(name, node)
    end
  end
end

-- Works out the level: band is the first class that not all get what they need of, -1 if all do; level what a weight of 1 gets
-- of that, spare what it gets beyond its need. Returns the nodes. What is lent to a node that is not heard is
-- out of the game: until it is heard, or the operator says that it is gone, or it has promised to have cut off whom it served.
local function relevel(fleet)
  local nodes = all()
  local reserved, count, shared, weights, fallbacks = 0, 0, fleet.limit, 0, 0
  local heard = {}
  for name, node in pairs(nodes) do
    if node.ends < now and node.cut >= 0 and node.ends + node.cut < now and node.lent > node.fallback then
      node.lent = node.fallback
      put(name, node)
    end
    if node.ends < now and node.lent == 0 then
      redis.call('HDEL', nodesKey, name)
    else
      reserved = reserved + node.lent
      count = count + 1
      if node.ends < now then
        shared = shared - node.lent
      else
        heard[name] = node
        weights = weights + node.weight
        fallbacks = fallbacks + node.fallback
      end
    end
  end
  shared = math.max(0, shared)
  fleet.reserved, fleet.count, fleet.levelAt = reserved, count, now
  fleet.scale = fallbacks > shared and shared / fallbacks or 1
  fleet.band, fleet.level, fleet.spare = -1, 0, 0

  local bands, classes, rest = {}, {}, shared
  for _, node in pairs(heard) do
    local base, wanted = needs(fleet, node)
    rest = rest - base
    for class, height in pairs(wanted) do
      if not bands[class] then
        bands[class] = { total = 0 }
        classes[#classes + 1] = class
      end
      local band = bands[class]
      band.total = band.total + height
      band[#band + 1] = { width = node.weight, height = height }
    end
  end
  table.sort(classes)
  for _, class in ipairs(classes) do
    if bands[class].total > rest then
      fleet.band = class
      fleet.level = fill(bands[class], math.max(0, rest))
      break
    end
    rest = rest - bands[class].total
  end
  if fleet.band < 0 and weights > 0 then
    fleet.spare = math.max(0, rest) / weights
  end
  local left = shared
  for _, node in pairs(heard) do
    left = left - share(fleet, node)
  end
  spread(fleet, heard, left)
  return nodes
end

-- What may have gone wrong with Redis ------------------------------------------------------------------------------------------

-- Another server than the one that wrote last, or none that ever did: writes may be lost. From now on nothing is granted for as long
-- as a lease lasts; whoever holds slots and can reach us reports them in that time. Times were another machine's.
local function settle(fleet, cut)
  local run = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
  if fleet.run == run then
    return
  end
  fleet.run = run
  fleet.epoch = run .. '-' .. whole(now)
  local longest = cut
  for name, node in pairs(all()) do
    node.ends = leaseEnd(fleet)
    longest = math.max(longest, node.cut)
    put(name, node)
  end
  fleet.settled = leaseEnd(fleet) + math.max(0, longest)
  relevel(fleet)
  save(fleet)
end

-- The calls --------------------------------------------------------------------------------------------------------------------

-- A report, and the answer to it: STATUS EPOCH GENERATION LENT TARGET LIMIT VERSION POLL-MS SETTLING NODES
local function beat(name, generation, number, epoch, lent, served, waiting, need, weight, fallback, cut, classes, lease, limit, version)
  local fleet = load()
  if not fleet.limit then
    fleet = { lease = lease, limit = limit, version = version, generation = 0, reserved = 0, count = 0, levelAt = 0 }
  end
  settle(fleet, cut)
  if fleet.lease ~= lease then
    return { 'lease', whole(fleet.lease) }
  end
  if generation == 0 then
    fleet.generation = math.max(fleet.generation + 1, now)
    save(fleet)
    return { 'moved', fleet.epoch, whole(fleet.generation) }
  elseif epoch ~= fleet.epoch then
    return { 'moved', fleet.epoch, whole(generation) }
  end

  local known = find(name)
  if known and generation < known.generation then
    return { 'superseded' }
  elseif known and generation == known.generation and number <= known.number then
    return { 'stale' }
  elseif known and generation > known.generation and lent == 0 and known.ends >= now then
    return { 'taken', whole(known.ends - now) }
  end
  if version > fleet.version then
    fleet.limit, fleet.version = limit, version
  end

  fleet.reserved = fleet.reserved + lent - (known and known.lent or 0)
  fleet.count = fleet.count + (known and 0 or 1)
  local node = {
    generation = generation, number = number, lent = lent, ends = leaseEnd(fleet), served = served, waiting = waiting,
    need = need, weight = weight, fallback = fallback, cut = cut, classes = classes, extra = known and known.extra or 0
  }
  put(name, node)
  if now - fleet.levelAt >= fleet.count / 10 then
    node.extra = relevel(fleet)[name].extra
  end
  local may = target(fleet, node)
  local settling = now < fleet.settled
  local granted = settling and 0 or math.max(0, math.min(may - lent, fleet.limit - fleet.reserved))
  if granted > 0 then
    node.lent = lent + granted
    fleet.reserved = fleet.reserved + granted
    put(name, node)
  end
  save(fleet)
  return {
    'ok', fleet.epoch, whole(generation), whole(node.lent), whole(may), whole(fleet.limit), whole(fleet.version),
    whole(math.max(50, fleet.count / 4)), settling and '1' or '0', whole(fleet.count)
  }
end

local function forget(name, fleet, node)
  redis.call('HDEL', nodesKey, name)
  fleet.reserved = fleet.reserved - node.lent
  fleet.count = fleet.count - 1
  save(fleet)
  return { 'ok' }
end

-- A node goes, and serves nobody any more.
local function leave(name, generation)
  local fleet, node = load(), find(name)
  if not fleet.limit or not node or node.generation ~= generation then
    return { 'unknown' }
  end
  return forget(name, fleet, node)
end

-- The operator's word that a node is gone. It is not taken while the node is heard.
local function gone(name)
  local fleet, node = load(), find(name)
  if not fleet.limit or not node then
    return { 'unknown' }
  elseif node.ends >= now then
    return { 'alive', whole(node.ends - now) }
  end
  return forget(name, fleet, node)
end

local function changeLimit(limit)
  local fleet = load()
  if not fleet.limit then
    return { 'unknown' }
  end
  fleet.limit, fleet.version = limit, fleet.version + 1
  relevel(fleet)
  save(fleet)
  return { 'ok' }
end

-- LIMIT LENT SETTLING-MS, then for each node: NAME LENT SERVED WAITING WEIGHT FALLBACK LEASE-MS, negative once it has ended
local function view()
  local fleet = load()
  if not fleet.limit then
    return { 'unknown' }
  end
  local out = { 'ok', whole(fleet.limit), whole(fleet.reserved), whole(math.max(0, fleet.settled - now)) }
  for name, node in pairs(all()) do
    for _, value in ipairs({
      name, whole(node.lent), whole(node.served), whole(node.waiting), whole(node.weight), whole(node.fallback),
      whole(node.ends - now) }) do
      out[#out + 1] = value
    end
  end
  return out
end

local function numbers(from, to)
  local values = {}
  for i = from, to do
    values[#values + 1] = tonumber(ARGV[i])
  end
  return unpack(values)
end

local call, name = ARGV[1], ARGV[2]
if call == 'beat' then
  local generation, number = numbers(3, 4)
  local lent, served, waiting, need, weight, fallback, cut = numbers(6, 12)
  local lease, limit, version = numbers(14, 16)
  return beat(name, generation, number, ARGV[5], lent, served, waiting, need, weight, fallback, cut, ARGV[13], lease, limit, version)
elseif call == 'leave' then
  return leave(name, tonumber(ARGV[3]))
elseif call == 'gone' then
  return gone(name)
elseif call == 'limit' then
  return changeLimit(tonumber(name))
elseif call == 'check' then
  -- Whether it may write here: no node has no name.
  redis.call('HDEL', nodesKey, '')
  return { 'ok' }
end
return view()
