/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "wait/my-wait-spot-private.h"

/* There are as many as different things are waited for at the same time. They are used again, and never freed; the first ones are there
 * already, so that a few waits allocate nothing. */
#define BLOCK 64

#define N_BUCKETS 256

static MyWaitSpot *buckets[N_BUCKETS]; /* [state] */
static MyWaitSpot first_block[BLOCK];
static MyWaitSpot *block = first_block; /* [state] */
static guint n_of_block;                /* [state] how many of it are given out */
static MyWaitSpot *free_spots;          /* [state] */

/* Fibonacci's: what is allocated in a row is not in one bucket. */
static MyWaitSpot **
get_bucket (gconstpointer address)
{
  return &buckets[((guint64) (gsize) address >> 3) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15) >> 56];
}

MyWaitSpot *
my_wait_spot_find (gconstpointer address)
{
  MyWaitSpot *self = *get_bucket (address);

  while (self != NULL && self->address != address) {
    self = self->next;
  }
  return self;
}

static MyWaitSpot *
take_free (void)
{
  MyWaitSpot *self = free_spots;

  if (self != NULL) {
    free_spots = self->next;
    return self;
  }
  if (n_of_block == BLOCK) {
    block = g_new0 (MyWaitSpot, BLOCK);
    n_of_block = 0;
  }
  return &block[n_of_block++];
}

/* The spot of the address, made if nobody waits there. */
MyWaitSpot *
my_wait_spot_enter (gconstpointer address)
{
  MyWaitSpot *self = my_wait_spot_find (address);

  if (self == NULL) {
    MyWaitSpot **bucket = get_bucket (address);

    self = take_free ();
    *self = (MyWaitSpot){ .address = address, .next = *bucket };
    *bucket = self;
  }
  self->n_users++;
  return self;
}

/* Whether the caller was the last one. */
gboolean
my_wait_spot_leave (MyWaitSpot *self)
{
  MyWaitSpot **link;

  if (--self->n_users > 0) {
    return FALSE;
  }
  link = get_bucket (self->address);
  while (*link != self) {
    link = &(*link)->next;
  }
  *link = self->next;
  self->next = free_spots;
  free_spots = self;
  return TRUE;
}

/* fork: those that waited are gone, and with them the spots that they were at. */
void
my_wait_spot_forget_all_in_child (void)
{
  for (guint i = 0; i < N_BUCKETS; i++) {
    buckets[i] = NULL;
  }
}
