/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread.h>

G_BEGIN_DECLS

/* A case is rounds of one race, for a fraction of a second, or for
 * MY_STRESS_SECONDS. One that hangs is ended by SIGALRM, with its name.
 *
 *   stress_begin ();
 *   while (stress_goes_on ()) {
 *     ...
 *   }
 *   stress_end ();
 */
void stress_init (int    *argc,
                  char ***argv);
void stress_begin (void);
gboolean stress_goes_on (void);
void stress_end (void);

/* xorshift; the seed of a case is g_test's, so --seed repeats it */
typedef struct {
  guint64 state;
} StressRandom;

void stress_random_init (StressRandom *random);
guint32 stress_random_next (StressRandom *random);
guint32 stress_random_below (StressRandom *random,
                             guint32       limit);
/* spins for a random time between nothing and some ten microseconds */
void stress_dither (StressRandom *random);

/* OS threads that wait for each other, and then do the same thing at the same time */
typedef struct _StressCrew StressCrew;
typedef void (*StressFunc) (guint         index,
                            StressRandom *random,
                            gpointer      data);

StressCrew *stress_crew_new (guint size);
void stress_crew_free (StressCrew *crew);
/* returns when all of them have begun */
void stress_crew_go (StressCrew *crew,
                     StressFunc  func,
                     gpointer    data);
void stress_crew_wait (StressCrew *crew);
void stress_crew_race (StressCrew *crew,
                       StressFunc  func,
                       gpointer    data);

/* a user_data whose destroy notify counts: all of them are to come back */
gpointer stress_token_new (void);
void stress_token_free (gpointer token);

/* counts an object until it is disposed of: all of them are to be */
void stress_watch (gpointer object);

/* waits until all of both are gone; stress_end() does */
void stress_tokens_check (void);

G_END_DECLS
