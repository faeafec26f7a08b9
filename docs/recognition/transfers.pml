/* Transfers between two regions, as a model that spin checks in every order of events.

   Two regions, three transfers of two units: 0 and 1 take units 0 and 1 from region 0 to region 1; 2 takes unit 0 back.
   Each region's ledger accepts a submission only by the rules of chaincode/transactions/recognition. What relays send is
   lost, doubled and reordered; relays crash and forget; regions go down and come back; one may stay silent for good.

   -DLIES       safety at its hardest: every submission may arrive at any time, as from relays that lie about everything.
                A ledger still wants the proof, which exists from the moment when the other ledger committed.
   otherwise    two relays do the work, and everything must come to its end: minted and finalised, or unlocked.

   No clock: an abort may come at any time, which is every deadline and every wrong clock at once.
   -DPLANT_...  a planted error, which the check must find (tests/model/test_transfers.py). */

#define TRANSFERS 3
#define UNITS 2
#define source(t) (t == 2 -> 1 : 0)
#define target(t) (t == 2 -> 0 : 1)
#define unit(t) (t == 1 -> 1 : 0)

/* Submissions, one bit each: what is on its way to a ledger. Delivery takes nothing away, so each arrives any number of times. */
#define MINT 1
#define ABORT 2
#define FINALISE 4
#define UNLOCK 8

/* How much goes wrong where relays do the work: each lost message or forgotten job is done again. */
#ifndef RELAYS
#define RELAYS 2
#endif
#ifndef FAULTS_MAX
#define FAULTS_MAX 1
#endif
#define CRASHES_MAX FAULTS_MAX
#define LOSSES_MAX FAULTS_MAX
#define OUTAGES_MAX FAULTS_MAX

mtype:out = { absent, locked, finalised, unlocked }   /* transfer_out on the source */
mtype:in = { unknown, minted, aborted }               /* transfer_in on the target: the nullifier */

mtype:out out[TRANSFERS] = absent;
mtype:in in[TRANSFERS] = unknown;
byte sent[TRANSFERS];
bool ruled[TRANSFERS];          /* the arbiter's tombstone for a target that is silent for good */
byte active0[UNITS] = 1;        /* copies of a unit that can be used, on each ledger */
byte active1[UNITS];
bool up[2] = true;
bool gone[2];                   /* silent for good, as far as anybody can tell */
byte crashes, losses, outages;

inline add(region, u) { if :: region == 0 -> active0[u]++ :: else -> active1[u]++ fi }
inline take(region, u) { if :: region == 0 -> active0[u]-- :: else -> active1[u]-- fi }
#define runs(region) (up[region] && !gone[region])
#define active(region, u) (region == 0 -> active0[u] : active1[u])

#ifdef LIES
#define arrives(t, what) true
#else
#define arrives(t, what) (sent[t] & what)
#endif

/* What each ledger asks before it commits. The proof of a transaction exists when the other ledger has committed it. */
#ifdef PLANT_LOCK_TWICE
#define may_lock(t) (out[t] != locked && active(source(t), unit(t)) > 0)
#else
#define may_lock(t) (out[t] == absent && active(source(t), unit(t)) > 0)
#endif
#ifdef PLANT_MINT_AFTER_ABORT
#define may_mint(t) (out[t] != absent && in[t] != minted)
#else
#ifdef PLANT_MINT_AGAIN
#define may_mint(t) (out[t] != absent && in[t] != aborted && active(target(t), unit(t)) < 2)
#else
#define may_mint(t) (out[t] != absent && in[t] == unknown)
#endif
#endif
#ifdef PLANT_ABORT_MINTED
#define may_abort(t) (out[t] != absent && in[t] != aborted)
#else
#define may_abort(t) (out[t] != absent && in[t] == unknown)
#endif
#ifdef PLANT_FINALISE_BY_THE_LOCK
#define may_finalise(t) (out[t] == locked)
#else
#define may_finalise(t) (out[t] == locked && in[t] == minted)
#endif
#ifdef PLANT_UNLOCK_ON_SILENCE
#define may_unlock(t) (out[t] == locked && (in[t] == aborted || !up[target(t)]))
#else
#ifdef PLANT_UNLOCK_CLOSED
#define may_unlock(t) (out[t] != absent && out[t] != unlocked && in[t] != unknown)
#else
#define may_unlock(t) (out[t] == locked && in[t] == aborted)
#endif
#endif

/* Locked or in flight: the lock stands, and nothing was minted for it. */
#define waiting(t) (out[t] == locked && in[t] != minted)
#define copies(u) (active0[u] + active1[u] + (unit(0) == u && waiting(0)) + (unit(1) == u && waiting(1)) + (unit(2) == u && waiting(2)))

inline conserved()
{
    /* No unit counts twice and none is lost. */
    assert(copies(0) == 1 && copies(1) == 1);
    /* Never both minted there and given back here. */
    assert(!(in[0] == minted && out[0] == unlocked));
    assert(!(in[1] == minted && out[1] == unlocked));
    assert(!(in[2] == minted && out[2] == unlocked))
}

/* A region's ledger: commits one acceptable submission after the other, in any order. */
#define COMMITS(t) \
    :: atomic { runs(region) && source(t) == region && may_lock(t) -> \
        take(region, unit(t)); out[t] = locked; conserved() } \
    :: atomic { runs(region) && target(t) == region && arrives(t, MINT) && may_mint(t) -> \
        add(region, unit(t)); in[t] = minted; conserved() } \
    :: atomic { runs(region) && target(t) == region && arrives(t, ABORT) && may_abort(t) -> \
        in[t] = aborted; conserved() } \
    :: atomic { runs(region) && source(t) == region && arrives(t, FINALISE) && may_finalise(t) -> \
        out[t] = finalised; conserved() } \
    :: atomic { runs(region) && source(t) == region && arrives(t, UNLOCK) && may_unlock(t) -> \
        add(region, unit(t)); out[t] = unlocked; conserved() } \
    :: atomic { runs(region) && source(t) == region && ruled[t] && out[t] == locked -> \
        add(region, unit(t)); out[t] = unlocked; conserved() }

proctype Ledger(byte region)
{
end:
    do
    COMMITS(0)
    COMMITS(1)
    COMMITS(2)
    od
}

#ifndef LIES
/* A relay reads what is committed, holds one job at a time, and sends it, unless it crashes and forgets it. */
#define FINDS(t) \
    :: atomic { !job && runs(source(t)) && out[t] == locked && in[t] == unknown && !(sent[t] & MINT) -> \
        job = MINT; which = t } \
    :: atomic { !job && runs(source(t)) && out[t] == locked && in[t] == unknown && !(sent[t] & ABORT) -> \
        job = ABORT; which = t } \
    :: atomic { !job && runs(target(t)) && in[t] == minted && out[t] == locked && !(sent[t] & FINALISE) -> \
        job = FINALISE; which = t } \
    :: atomic { !job && runs(target(t)) && in[t] == aborted && out[t] == locked && !(sent[t] & UNLOCK) -> \
        job = UNLOCK; which = t }

proctype Relay()
{
    byte job, which;
end:
    do
    FINDS(0)
    FINDS(1)
    FINDS(2)
    :: atomic { job -> sent[which] = sent[which] | job; job = 0; which = 0 }
    :: atomic { job && crashes < CRASHES_MAX -> crashes++; job = 0; which = 0 }
    od
}

/* What is on its way may be lost; relays send it again. */
#define LOSES(t) :: atomic { sent[t] && losses < LOSSES_MAX -> losses++; sent[t] = 0 }

proctype Wire()
{
end:
    do
    LOSES(0)
    LOSES(1)
    LOSES(2)
    od
}
#endif

/* Regions go down and come back. One may be silent for good; the arbiter then looks into its last known state and rules
   that what was not minted never will be. Should it come back after all, it honours the rulings before anything else. */
#ifdef PLANT_ARBITER_GUESSES
#define may_rule(t) (gone[target(t)] && out[t] == locked && !ruled[t])
#else
#define may_rule(t) (gone[target(t)] && out[t] == locked && in[t] != minted && !ruled[t])
#endif
#ifdef PLANT_RULING_FORGOTTEN
#define honour(r, t)
#else
#define honour(r, t) if :: target(t) == r && ruled[t] && in[t] == unknown -> in[t] = aborted :: else fi;
#endif
#define FAILS(r) \
    :: atomic { up[r] && outages < OUTAGES_MAX -> outages++; up[r] = false } \
    :: atomic { !up[r] -> up[r] = true } \
    :: atomic { !silenced -> silenced = true; gone[r] = true; returns = true } \
    :: atomic { !silenced -> silenced = true; gone[r] = true } \
    :: atomic { gone[r] && returns -> honour(r, 0) honour(r, 1) honour(r, 2) returns = false; gone[r] = false }

proctype World()
{
    bool silenced, returns;
end:
    do
    FAILS(0)
    FAILS(1)
    :: atomic { may_rule(0) -> ruled[0] = true }
    :: atomic { may_rule(1) -> ruled[1] = true }
    :: atomic { may_rule(2) -> ruled[2] = true }
    od
}

/* When nothing can happen any more, every transfer has its end: but for a source that is silent for good. */
#define settled(t) ( \
    out[t] == absent || gone[source(t)] || (out[t] == finalised && in[t] == minted) \
    || (out[t] == unlocked && (in[t] == aborted || (ruled[t] && gone[target(t)]))) \
    || (in[t] == minted && gone[target(t)]))

init
{
    atomic {
        run Ledger(0); run Ledger(1); run World();
#ifndef LIES
        run Relay(); run Wire();
#if RELAYS > 1
        run Relay();
#endif
#endif
    }
    timeout -> assert(settled(0) && settled(1) && settled(2))
}
