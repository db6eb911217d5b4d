/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <glib/gstdio.h>
#include <mythread.h>
#include <sched.h>

#include "exec/my-processors-private.h"

/* What control groups say of the time that the process has, from files that look like the system's. */

typedef struct {
  const char *path; /* below the root, or NULL at the end */
  const char *text;
} File;

#define MAX_FILES 8

typedef struct {
  const char *name;
  const char *groups; /* /proc/self/cgroup */
  const char *mounts; /* /proc/self/mountinfo */
  File files[MAX_FILES];
  guint expected;
} Case;

#define V2_MOUNT "31 23 0:28 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"
#define V1_MOUNT "33 32 0:30 / /sys/fs/cgroup/cpu,cpuacct rw shared:9 - cgroup cgroup rw,cpu,cpuacct\n"
#define OTHER_MOUNTS                                                  \
  "22 1 0:20 / / rw,relatime - ext4 /dev/root rw\n"                   \
  "34 32 0:31 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n" \
  "35 32 0:32 / /sys/fs/cgroup/acct rw - cgroup cgroup rw,cpuacct\n"

static const Case cases[] = {
  { "none", "0::/\n", OTHER_MOUNTS V2_MOUNT, { { NULL, NULL } }, G_MAXUINT },
  { "nothing-mounted", "0::/a\n", OTHER_MOUNTS, { { "sys/fs/cgroup/a/cpu.max", "100000 100000\n" } }, G_MAXUINT },
  { "no-limit", "0::/a\n", V2_MOUNT, { { "sys/fs/cgroup/a/cpu.max", "max 100000\n" } }, G_MAXUINT },
  { "exact", "0::/a\n", OTHER_MOUNTS V2_MOUNT, { { "sys/fs/cgroup/a/cpu.max", "300000 100000\n" } }, 3 },
  { "rounded-up", "0::/a\n", V2_MOUNT, { { "sys/fs/cgroup/a/cpu.max", "300001 100000\n" } }, 4 },
  { "less-than-one", "0::/a\n", V2_MOUNT, { { "sys/fs/cgroup/a/cpu.max", "1000 100000\n" } }, 1 },
  { "ancestor",
    "0::/a/b/c\n",
    V2_MOUNT,
    { { "sys/fs/cgroup/a/b/c/cpu.max", "max 100000\n" },
      { "sys/fs/cgroup/a/b/cpu.max", "500000 100000\n" },
      { "sys/fs/cgroup/a/cpu.max", "120000 50000\n" } },
    3 },
  { "own-is-less",
    "0::/a/b\n",
    V2_MOUNT,
    { { "sys/fs/cgroup/a/b/cpu.max", "200000 100000\n" }, { "sys/fs/cgroup/a/cpu.max", "900000 100000\n" } },
    2 },
  /* A name that begins as another is not below it. */
  { "container",
    "0::/docker/abc\n",
    "31 23 0:28 /docker/abc /sys/fs/cgroup rw - cgroup2 cgroup rw\n",
    { { "sys/fs/cgroup/cpu.max", "200000 100000\n" } },
    2 },
  { "below-a-container",
    "0::/docker/abc/x\n",
    "31 23 0:28 /docker/abc /sys/fs/cgroup rw - cgroup2 cgroup rw\n",
    { { "sys/fs/cgroup/cpu.max", "400000 100000\n" }, { "sys/fs/cgroup/x/cpu.max", "200000 100000\n" } },
    2 },
  { "not-below",
    "0::/docker/abcd\n",
    "31 23 0:28 /docker/abc /sys/fs/cgroup rw - cgroup2 cgroup rw\n",
    { { "sys/fs/cgroup/cpu.max", "200000 100000\n" }, { "sys/fs/cgroup/d/cpu.max", "100000 100000\n" } },
    2 },
  { "outside",
    "0::/../../a\n",
    V2_MOUNT,
    { { "sys/fs/cgroup/cpu.max", "200000 100000\n" }, { "a/cpu.max", "100000 100000\n" } },
    2 },
  { "space-and-colon",
    "0::/a:b\n",
    "31 23 0:28 / /mnt/my\\040groups rw - cgroup2 cgroup2 rw\n",
    { { "mnt/my groups/a:b/cpu.max", "200000 100000\n" } },
    2 },
  { "version-1",
    "5:cpuset:/x\n4:cpu,cpuacct:/a/b\n0::/\n",
    OTHER_MOUNTS V1_MOUNT,
    { { "sys/fs/cgroup/cpu,cpuacct/a/b/cpu.cfs_quota_us", "-1\n" },
      { "sys/fs/cgroup/cpu,cpuacct/a/b/cpu.cfs_period_us", "100000\n" },
      { "sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_quota_us", "150000\n" },
      { "sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_period_us", "100000\n" } },
    2 },
  { "version-1-none",
    "4:cpu,cpuacct:/\n",
    V1_MOUNT,
    { { "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "-1\n" }, { "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n" } },
    G_MAXUINT },
  /* Both at once: the least. */
  { "both",
    "4:cpu,cpuacct:/a\n0::/a\n",
    V1_MOUNT V2_MOUNT,
    { { "sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_quota_us", "500000\n" },
      { "sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_period_us", "100000\n" },
      { "sys/fs/cgroup/a/cpu.max", "700000 100000\n" } },
    5 },
  { "nonsense",
    "0:\nx\n\n0::/a\n",
    "31 23\n31 23 0:28 / /sys/fs/cgroup rw -\n31 23 0:28 / /sys/fs/cgroup rw - cgroup2\n\n" V2_MOUNT,
    { { "sys/fs/cgroup/a/cpu.max", "what\n" }, { "sys/fs/cgroup/cpu.max", "0 0\n" } },
    G_MAXUINT },
  { "nonsense-number", "0::/a\n", V2_MOUNT, { { "sys/fs/cgroup/a/cpu.max", "-5 100000\n" } }, G_MAXUINT },
  { "huge", "0::/a\n", V2_MOUNT, { { "sys/fs/cgroup/a/cpu.max", "9223372036854775807 1\n" } }, G_MAXUINT },
};

static void
write_file (const char *root,
            const char *path,
            const char *text)
{
  g_autofree char *whole = g_build_filename (root, path, NULL);
  g_autofree char *directory = g_path_get_dirname (whole);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (directory, 0700), ==, 0);
  g_file_set_contents (whole, text, -1, &error);
  g_assert_no_error (error);
}

static void
remove_all (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);

    remove_all (child);
  }
  g_assert_cmpint (g_remove (path), ==, 0);
}

static void
test_quota (gconstpointer data)
{
  const Case *c = data;
  g_autofree char *root = g_dir_make_tmp ("test-processors-XXXXXX", NULL);

  g_assert_nonnull (root);
  write_file (root, "proc/self/cgroup", c->groups);
  write_file (root, "proc/self/mountinfo", c->mounts);
  for (guint i = 0; i < MAX_FILES && c->files[i].path != NULL; i++) {
    write_file (root, c->files[i].path, c->files[i].text);
  }
  g_assert_cmpuint (my_processors_read_quota (root), ==, c->expected);
  remove_all (root);
}

/* Where there is no /proc. */
static void
test_no_files (void)
{
  g_autofree char *root = g_dir_make_tmp ("test-processors-XXXXXX", NULL);

  g_assert_nonnull (root);
  g_assert_cmpuint (my_processors_read_quota (root), ==, G_MAXUINT);
  write_file (root, "proc/self/cgroup", "0::/\n");
  g_assert_cmpuint (my_processors_read_quota (root), ==, G_MAXUINT);
  remove_all (root);
}

/* The processors that the main thread may run on, whoever asks. */

static gpointer
pin_and_count (gpointer all)
{
  cpu_set_t cpus;

  CPU_ZERO (&cpus);
  CPU_SET (sched_getcpu (), &cpus);
  g_assert_cmpint (sched_setaffinity (0, sizeof cpus, &cpus), ==, 0);
  g_assert_cmpuint (my_processors_count (), ==, GPOINTER_TO_UINT (all));
  return NULL;
}

static void
test_allowed (void)
{
  guint quota = my_processors_read_quota ("");
  cpu_set_t all;
  cpu_set_t one;
  guint n;

  g_assert_cmpint (sched_getaffinity (0, sizeof all, &all), ==, 0);
  n = MIN ((guint) CPU_COUNT (&all), quota);
  g_assert_cmpuint (my_processors_count (), ==, n);
  g_thread_join (g_thread_new ("pinned", pin_and_count, GUINT_TO_POINTER (n)));

  CPU_ZERO (&one);
  CPU_SET (sched_getcpu (), &one);
  g_assert_cmpint (sched_setaffinity (0, sizeof one, &one), ==, 0);
  g_assert_cmpuint (my_processors_count (), ==, 1);
  g_assert_cmpint (sched_setaffinity (0, sizeof all, &all), ==, 0);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strconcat ("/processors/quota/", cases[i].name, NULL);

    g_test_add_data_func (path, &cases[i], test_quota);
  }
  g_test_add_func ("/processors/no-files", test_no_files);
  g_test_add_func ("/processors/allowed", test_allowed);

  return g_test_run ();
}
