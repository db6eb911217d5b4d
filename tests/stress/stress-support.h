/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread.h>

G_BEGIN_DECLS

/* xorshift; the seed of a case is g_test's, so --seed repeats it */
typedef struct {
  guint64 state;
} StressRandom;

void stress_random_init (StressRandom *random);
guint32 stress_random_next (StressRandom *random);
guint32 stress_random_below (StressRandom *random,
                             guint32 limit);
/* spins for a random time between nothing and some ten microseconds */
void stress_dither (StressRandom *random);

/* OS threads that wait for each other, and then do the same thing at the same time */
typedef struct _StressCrew StressCrew;
typedef void (*StressFunc) (guint index,
                            StressRandom *random,
                            gpointer data);

StressCrew *stress_crew_new (guint size);
void stress_crew_free (StressCrew *crew);
/* returns when all of them have begun */
void stress_crew_go (StressCrew *crew,
                     StressFunc func,
                     gpointer data);
void stress_crew_wait (StressCrew *crew);
void stress_crew_race (StressCrew *crew,
                       StressFunc func,
                       gpointer data);

/* what several of the programs have done */
void stress_cancel_cancellable (guint index,
                                StressRandom *random,
                                gpointer cancellable);
void stress_run_sleep (MyThread *thread,
                       gpointer unused,
                       GError **error);

/* What a round of a case is given. */
typedef struct {
  guint n;          /* how many rounds have been before it */
  StressCrew *crew; /* the case's, or NULL */
  StressFunc func;  /* the case's */
  MyThreadPool *pools[2];
  StressRandom random;
} StressRound;

/* A case is rounds of one race, for a fraction of a second, or for MY_STRESS_SECONDS. One that hangs is ended by SIGALRM,
 * with its name. What a case does not need is left out.
 */
typedef struct {
  const char *name;
  void (*run_round) (StressRound *round);
  guint n_crew;    /* how many are in the crew */
  StressFunc func; /* what the round has the crew do */
  /* What the crew does again and again, from before the first round until after the last. */
  StressFunc all_along;
  /* Pools that live as long as the case, of so many threads, who leave when they have been idle for so many microseconds. */
  guint n_workers[2];
  gint64 idle_timeout;
  void (*check_end) (void);
  const char *skip; /* why it can not be run */
} StressCase;

/* main(): @cases is not copied. */
int stress_main (int argc,
                 char **argv,
                 const char *path,
                 const StressCase *cases,
                 gsize n_cases);
void stress_init (int *argc,
                  char ***argv);
void stress_run (const StressCase *self);

/* For a person: the sums of these are in the case's message. */
void stress_tally (const char *what,
                   gint64 n);

/* a user_data whose destroy notify counts: all of them are to come back */
gpointer stress_token_new (void);
void stress_token_free (gpointer token);

/* counts an object until it is disposed of: all of them are to be */
void stress_watch (gpointer object);

/* waits until all of both are gone; the end of a case does */
void stress_tokens_check (void);

G_END_DECLS
