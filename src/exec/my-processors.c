/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "exec/my-processors-private.h"

#include <pthread.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "wait/my-state-lock-private.h"

/* The machine may have more processors than the process may run on (taskset, a cpuset), and the process may be given less time
 * than those have: the quota of a control group, as containers and services have it. Both are taken as they are at the
 * moment; nothing is remembered. */

/* Enough for half a million processors. The system tells how many of them it has written. */
#define MASK_BYTES (64 * 1024)

/* The processors that the main thread may run on; 0: it can not be told. A thread that was pinned does not make a smaller pool
 * for all. Not the C library's call, which knows 1024 processors. */
static guint
count_allowed (void)
{
  guint8 *mask = g_malloc (MASK_BYTES);
  long n_bytes;

  my_state_assert_unlocked ();
  n_bytes = syscall (SYS_sched_getaffinity, getpid (), MASK_BYTES, mask);
  guint n = 0;

  for (long i = 0; i < n_bytes; i++) {
    n += (guint) __builtin_popcount (mask[i]);
  }
  g_free (mask);
  return n;
}

/* control groups */

typedef struct {
  const char *fs_type;    /* of the mount */
  const char *controller; /* in the options of the mount, and in /proc/self/cgroup; NULL: version 2, which has one hierarchy for all */
  guint (*read) (const char *directory);
} MyCgroupVersion;

static char *
read_file (const char *directory,
           const char *name)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);
  char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? g_strstrip (text) : NULL;
}

/* Rounded up; G_MAXUINT: no limit. */
static guint
divide (gint64 quota,
        gint64 period)
{
  if (quota <= 0 || period <= 0) {
    return G_MAXUINT;
  }
  return (guint) MIN ((quota - 1) / period + 1, G_MAXUINT);
}

/* "max 100000", or "150000 100000" */
static guint
read_version_2 (const char *directory)
{
  g_autofree char *text = read_file (directory, "cpu.max");
  g_auto (GStrv) words = NULL;

  if (text == NULL) {
    return G_MAXUINT; /* the root of all has none */
  }
  words = g_strsplit (text, " ", 2);
  if (words[0] == NULL || words[1] == NULL || strcmp (words[0], "max") == 0) {
    return G_MAXUINT;
  }
  return divide (g_ascii_strtoll (words[0], NULL, 10), g_ascii_strtoll (words[1], NULL, 10));
}

/* -1: no limit */
static guint
read_version_1 (const char *directory)
{
  g_autofree char *quota = read_file (directory, "cpu.cfs_quota_us");
  g_autofree char *period = read_file (directory, "cpu.cfs_period_us");

  if (quota == NULL || period == NULL) {
    return G_MAXUINT;
  }
  return divide (g_ascii_strtoll (quota, NULL, 10), g_ascii_strtoll (period, NULL, 10));
}

static const MyCgroupVersion versions[] = {
  { "cgroup2", NULL, read_version_2 },
  { "cgroup", "cpu", read_version_1 },
};

static gboolean
is_in_list (const char *list,
            const char *word)
{
  g_auto (GStrv) words = g_strsplit (list, ",", -1);

  return g_strv_contains ((const char *const *) words, word);
}

/* The group of the process in the hierarchy of @version: a line is "4:cpu,cpuacct:/path", or "0::/path". */
static char *
find_group (char **lines,
            const MyCgroupVersion *version)
{
  for (guint i = 0; lines[i] != NULL; i++) {
    g_auto (GStrv) parts = g_strsplit (lines[i], ":", 3);

    if (g_strv_length (parts) < 3) {
      continue;
    }
    if (version->controller == NULL ? strcmp (parts[0], "0") == 0 && parts[1][0] == '\0' : is_in_list (parts[1], version->controller)) {
      return g_strdup (parts[2]);
    }
  }
  return NULL;
}

/* What is left of @path below @top, with a slash at its beginning, or empty; NULL: it is not below. */
static const char *
get_below (const char *path,
           const char *top)
{
  gsize length = strlen (top);

  if (strcmp (top, "/") == 0) {
    return path[1] != '\0' ? path : "";
  }
  return strncmp (path, top, length) == 0 && (path[length] == '/' || path[length] == '\0') ? path + length : NULL;
}

/* The least of the group's limit and its ancestors', as far up as @mount_point shows them. */
static guint
read_up (const char *root,
         const char *mount_point,
         const char *below,
         const MyCgroupVersion *version)
{
  g_autofree char *top = g_strconcat (root, mount_point, NULL);
  g_autofree char *directory = g_strconcat (top, below, NULL);
  guint least = version->read (directory);

  while (strlen (directory) > strlen (top)) {
    *strrchr (directory, '/') = '\0';
    least = MIN (least, version->read (directory));
  }
  return least;
}

/* A line is "31 23 0:28 /root /mount/point rw,noatime shared:1 - cgroup2 cgroup rw", with any number of fields before the dash. */
static guint
read_mounts (const char *root,
             char **lines,
             const char *group,
             const MyCgroupVersion *version)
{
  guint least = G_MAXUINT;

  for (guint i = 0; lines[i] != NULL; i++) {
    g_auto (GStrv) fields = g_strsplit (lines[i], " ", -1);
    g_autofree char *mount_root = NULL;
    g_autofree char *mount_point = NULL;
    const char *below;
    guint n_fields = g_strv_length (fields);
    guint dash = 6;

    while (dash < n_fields && strcmp (fields[dash], "-") != 0) {
      dash++;
    }
    if (dash + 3 >= n_fields || strcmp (fields[dash + 1], version->fs_type) != 0 ||
        (version->controller != NULL && !is_in_list (fields[dash + 3], version->controller))) {
      continue;
    }
    mount_root = g_strcompress (fields[3]); /* a space is \040 */
    mount_point = g_strcompress (fields[4]);
    /* What is not below, or begins with "/..", is outside of what the container sees: its own top is what counts. */
    below = strstr (group, "/..") == NULL ? get_below (group, mount_root) : NULL;
    least = MIN (least, read_up (root, mount_point, below != NULL ? below : "", version));
  }
  return least;
}

/* How many processors' time the process has, rounded up; G_MAXUINT: there is no limit. @root: where /proc and what is mounted
 * begin, "" but in tests. */
guint
my_processors_read_quota (const char *root)
{
  g_autofree char *groups_path = g_strconcat (root, "/proc/self/cgroup", NULL);
  g_autofree char *mounts_path = g_strconcat (root, "/proc/self/mountinfo", NULL);
  g_autofree char *groups = NULL;
  g_autofree char *mounts = NULL;
  g_auto (GStrv) group_lines = NULL;
  g_auto (GStrv) mount_lines = NULL;
  guint least = G_MAXUINT;

  if (!g_file_get_contents (groups_path, &groups, NULL, NULL) || !g_file_get_contents (mounts_path, &mounts, NULL, NULL)) {
    return G_MAXUINT;
  }
  group_lines = g_strsplit (groups, "\n", -1);
  mount_lines = g_strsplit (mounts, "\n", -1);

  for (guint i = 0; i < G_N_ELEMENTS (versions); i++) {
    g_autofree char *group = find_group (group_lines, &versions[i]);

    if (group != NULL) {
      least = MIN (least, read_mounts (root, mount_lines, group, &versions[i]));
    }
  }
  return least;
}

/* At least 1. It reads files, so it is nothing for a loop. */
guint
my_processors_count (void)
{
  int cancel_state = PTHREAD_CANCEL_ENABLE;
  guint n;
  guint quota;

  /* To read a file is a cancellation point. */
  pthread_setcancelstate (PTHREAD_CANCEL_DISABLE, &cancel_state);
  n = count_allowed ();
  quota = my_processors_read_quota ("");
  pthread_setcancelstate (cancel_state, NULL);

  if (n == 0) {
    n = g_get_num_processors ();
  }
  return MAX (1, MIN (n, quota));
}
