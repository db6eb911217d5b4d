/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "hasher-stuck.h"

#include <dlfcn.h>
#include <fts.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static GMutex lock;
static GCond changed;
static gboolean is_stuck; /* [lock] */
static guint n_waiting;   /* [lock] */

void
hasher_stuck_begin (void)
{
  g_mutex_lock (&lock);
  is_stuck = TRUE;
  g_mutex_unlock (&lock);
}

void
hasher_stuck_end (void)
{
  g_mutex_lock (&lock);
  is_stuck = FALSE;
  g_cond_broadcast (&changed);
  g_mutex_unlock (&lock);
}

guint
hasher_stuck_count (void)
{
  guint n;

  g_mutex_lock (&lock);
  n = n_waiting;
  g_mutex_unlock (&lock);

  return n;
}

static void
get_stuck (void)
{
  g_mutex_lock (&lock);
  n_waiting++;
  while (is_stuck)
    g_cond_wait (&changed, &lock);
  n_waiting--;
  g_mutex_unlock (&lock);
}

/* In the place of the C library's. */
ssize_t
read (int fd,
      void *buffer,
      size_t size)
{
  char link[64];
  char path[4096];
  ssize_t n;

  g_snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  n = readlink (link, path, sizeof path - 1);
  if (n > 0) {
    path[n] = '\0';
    if (g_str_has_suffix (path, "/stuck"))
      get_stuck ();
  }
  return syscall (SYS_read, fd, buffer, size);
}

FTSENT *
fts_read (FTS *fts)
{
  static FTSENT *(*next) (FTS *);
  FTSENT *entry;

  if (!next)
    next = (FTSENT * (*) (FTS *) ) dlsym (RTLD_NEXT, "fts_read");
  entry = next (fts);
  if (entry && entry->fts_info == FTS_D && strcmp (entry->fts_name, "stuck") == 0)
    get_stuck ();
  return entry;
}
