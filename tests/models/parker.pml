/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The parker: src/wait/my-parker.c.
 *
 *   park()     my_parker_park(): the exchange from EMPTY to PARKED, the futex, the exchanges after it. With a deadline
 *              the futex may end at any time; it may also end for no reason (a signal, a stray wake-up)
 *   watch()    the looks at the word before that, which take the token if they see it
 *   unpark()   my_parker_unpark(): the exchange, and the wake-up if it has found PARKED
 *
 * The kernel's FUTEX_WAIT compares the word and falls asleep in one step, FUTEX_WAKE wakes who sleeps then.
 *
 * What the parker is for is a sleeper that looks at a condition of its own, parks, and looks again; here each of
 * two wakers makes its own condition true, once, and unparks. Proved: the sleeper comes to see both conditions (no token
 * is lost, and it does not sleep beside one; else all stand still); when park() says that it took a token there was
 * an unpark since the last one; and a park() that ends at its deadline leaves no token behind and
 * does not sleep on in the word: the exchange that comes last decides.
 *
 * Bounds: a sleeper that waits for two conditions, each park() with or without a deadline; two wakers, one unpark each; up to
 * two parks that end without a token.
 */

mtype = { EMPTY, NOTIFIED, PARKED };

mtype word = EMPTY;
bool sleeps;          /* in the kernel */

bool condition[2];
byte n_unparks;       /* exchanges to NOTIFIED that found none, so that there is one token more */
byte n_tokens_taken;
byte n_interruptions; /* the futex has ended for no reason */
byte n_timed_out;     /* bounded, so that it can not come to see its conditions by deadlines alone */

inline take () {
  d_step { old = word; word = EMPTY };
  assert (old == NOTIFIED)
}

inline futex_wait () {
  timed_out = false;
  if
  :: atomic { word == PARKED -> sleeps = true };
    if
    :: !sleeps
    :: atomic { sleeps && has_deadline -> sleeps = false; timed_out = true }
    :: atomic { sleeps && n_interruptions < 1 -> sleeps = false; n_interruptions++ }
    fi
  :: word != PARKED
  fi
}

inline park () {
  if
#ifdef BREAK_parks_beside_a_token
  :: word = PARKED ->
#else
  :: atomic { word == EMPTY -> word = PARKED } ->
#endif
    do
    :: futex_wait ();
      if
      :: atomic { word == NOTIFIED -> word = EMPTY; has_token = true }; break
      :: else
      fi;
      if
      :: timed_out ->
#ifdef BREAK_looks_then_clears_at_the_deadline
        has_token = (word == NOTIFIED);
        word = EMPTY;
#else
        d_step { has_token = (word == NOTIFIED); word = EMPTY };
#endif
        break
      :: else
#ifdef BREAK_returns_when_the_futex_does
        -> break
#endif
      fi
    od
  :: word == NOTIFIED -> take (); has_token = true
  fi;
  timed_out = false
}

/* Spins and yields: any number of looks. */
inline watch () {
  if
  :: word == NOTIFIED -> take (); has_token = true
  :: true
  fi
}

proctype sleeper () {
  bool has_deadline, has_token, timed_out;
  mtype old;

  do
  :: condition[0] && condition[1] -> break
  :: else ->
    has_token = false;
    watch ();
    if
    :: has_token
    :: else ->
      if
      :: n_timed_out < 2 -> has_deadline = true
      :: has_deadline = false
      fi;
      park ()
    fi;
    if
    :: has_token -> d_step { n_tokens_taken++; assert (n_tokens_taken <= n_unparks) }
    :: else ->
      assert (has_deadline);
      n_timed_out++
    fi;
    assert (word != PARKED && !sleeps)
  od
}

proctype waker (byte me) {
  mtype old;

  condition[me] = true;
#ifdef BREAK_unpark_only_wakes
  old = word;
#else
  d_step { old = word; word = NOTIFIED; n_unparks = n_unparks + (old != NOTIFIED) };
#endif
  if
#ifdef BREAK_unpark_does_not_wake
  :: false
#else
  :: old == PARKED -> sleeps = false
#endif
  :: else
  fi
}

init {
  atomic { run sleeper (); run waker (0); run waker (1) };
  /* Every token was taken, or is there for the next. */
  timeout -> assert (_nr_pr == 1); assert (n_unparks == n_tokens_taken + (word == NOTIFIED))
}
