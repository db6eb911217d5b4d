/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <dlfcn.h>
#include <link.h>
#include <string.h>

#include "fault-run.h"

/* Whether the rules of this suite are about all that can fail: what the library takes from the C library and from the kernel is in one
 * of the two lists below, or this test fails. Of GLib's functions it takes what they document: those fail by an abort, or by what they
 * call, which has rules of its own. */

/* What can fail: the other tests of this suite have a rule for it, and the session calls it. */
static const struct {
  const char *name;
  FaultPoint point;
  gboolean is_rare; /* not in the session: only where an OS thread loses its processor at a bad moment, or the main one sleeps so */
} fallible[] = {
  { "__cxa_atexit", FAULT_CXA_ATEXIT, FALSE },
  { "__register_atfork", FAULT_REGISTER_ATFORK, FALSE },
  { "eventfd", FAULT_EVENTFD, FALSE },
  { "mmap", FAULT_MMAP, FALSE },
  { "mmap64", FAULT_MMAP, FALSE },
  { "munmap", FAULT_MUNMAP, FALSE },
  { "nanosleep", FAULT_NANOSLEEP, TRUE },
  { "open", FAULT_OPEN, TRUE },
  { "open64", FAULT_OPEN, TRUE },
  { "prctl", FAULT_PRCTL, FALSE },
  { "process_vm_readv", FAULT_PROCESS_VM_READV, TRUE },
  { "pthread_attr_setstacksize", FAULT_PTHREAD_ATTR_SETSTACKSIZE, FALSE },
  { "pthread_create", FAULT_PTHREAD_CREATE, FALSE },
  { "pthread_getattr_np", FAULT_PTHREAD_GETATTR_NP, FALSE },
  { "pthread_key_create", FAULT_PTHREAD_KEY_CREATE, FALSE },
  { "pthread_setname_np", FAULT_PTHREAD_SETNAME_NP, FALSE },
  { "pthread_setspecific", FAULT_PTHREAD_SETSPECIFIC, FALSE },
  { "read", FAULT_READ, FALSE },
  { "sched_getcpu", FAULT_SCHED_GETCPU, FALSE },
  { "setpriority", FAULT_SETPRIORITY, FALSE },
  { "sysconf", FAULT_SYSCONF, FALSE },
};

/* What can not fail, as the library calls it, and why. A `*` stands for any end. */
static const struct {
  const char *pattern;
  const char *reason;
} infallible[] = {
  { "_ITM_*", "of the linker, and not there" },
  { "_Unwind_Resume", "of the compiler, for clean-up handlers" },
  { "__*_chk", "as without the check, or it ends the process" },
  { "__cxa_finalize", "returns nothing" },
  { "__errno_location", "a variable" },
  { "__gcc_personality_v0", "of what unwinds the stack" },
  { "__gmon_start__", "of the linker, and not there" },
  { "__isoc23_sscanf", "memory that is there; and what is not found keeps its value" },
  { "__isoc99_sscanf", "memory that is there; and what is not found keeps its value" },
  { "__libc_current_sigrt*", "documented so" },
  { "__libc_single_threaded", "a variable" },
  { "__lsan_*", "of LeakSanitizer, and not there" },
  { "__pthread_*", "clean-up handlers, on the stack" },
  { "__sigsetjmp", "on the stack" },
  { "__stack_chk_fail", "ends the process" },
  { "__isoc23_str*", "memory that is there" },
  { "__tls_get_addr", "what is thread-local here is there from the beginning; and it ends the process" },
  { "abort", "ends the process" },
  { "close", "what is lost is the file descriptor" },
  { "fclose", "of a file that was read" },
  { "fgets", "the end of a file, and an error, look the same" },
  { "fprintf", "nothing depends on what was said" },
  { "fwrite", "nothing depends on what was said" },
  { "getenv", "NULL is an answer" },
  { "getpid", "documented so" },
  { "isatty", "if it does, there is no terminal" },
  { "mem*", "memory that is there" },
  { "pthread_attr_destroy", "frees" },
  { "pthread_attr_get*", "of attributes that are initialised" },
  { "pthread_attr_init", "the C library only clears it" },
  { "pthread_attr_setdetachstate", "but for another value" },
  { "pthread_detach", "of a thread that is there" },
  { "pthread_join", "of a thread that is there" },
  { "pthread_key_delete", "of a key that is there" },
  { "pthread_mutex_*", "of this kind, which has neither priorities nor an owner that is checked" },
  { "pthread_once", "documented so" },
  { "pthread_self", "documented so" },
  { "pthread_setcancel*", "but for another value" },
  { "pthread_sigmask", "but for another value" },
  { "pthread_testcancel", "returns nothing" },
  { "sched_yield", "documented so" },
  { "setpriority", "what is not as it shall be is seen when it is read again" },
  { "sig*set", "of a signal that there is, or of none" },
  { "sigaltstack", "with nothing to set" },
  { "sigismember", "of a signal that there is" },
  { "sigpending", "with room for the answer" },
  { "stderr", "a variable" },
  { "str*", "memory that is there" },
  { "syscall", "what each call answers is in the rules; another one is found below" },
  { "uselocale", "of a locale that is there" },
  { "write", "to an eventfd that does not block: one that is full wakes already" },
};

static gboolean
is_infallible (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (infallible); i++) {
    if (g_pattern_match_simple (infallible[i].pattern, name)) {
      return TRUE;
    }
  }
  return FALSE;
}

/* what the library imports */

static const void *
get_dynamic (const struct link_map *library,
             gint64 tag)
{
  for (const ElfW (Dyn) *entry = library->l_ld; entry->d_tag != DT_NULL; entry++) {
    if (entry->d_tag == tag) {
      return (const void *) entry->d_un.d_ptr;
    }
  }
  return NULL;
}

/* Their names, without GLib's. */
static GPtrArray *
get_imports (void)
{
  const struct link_map *library = dlopen ("libmythread-1.0.so.1", RTLD_LAZY | RTLD_NOLOAD);
  const ElfW (Sym) * symbols;
  const char *strings;
  const guint32 *hash;
  GPtrArray *names = g_ptr_array_new ();

  g_assert_nonnull (library);
  symbols = get_dynamic (library, DT_SYMTAB);
  strings = get_dynamic (library, DT_STRTAB);
  hash = get_dynamic (library, DT_GNU_HASH);
  g_assert_nonnull (symbols);
  g_assert_nonnull (strings);
  g_assert_nonnull (hash);
  /* The symbols that others look for are sorted to the end; the second word of their table says where they begin. */
  for (guint32 i = 1; i < hash[1]; i++) {
    const char *name = strings + symbols[i].st_name;

    if (symbols[i].st_shndx == SHN_UNDEF && !g_str_has_prefix (name, "g_")) {
      g_ptr_array_add (names, (gpointer) name);
    }
  }
  g_assert_cmpuint (names->len, >, 20);
  return names;
}

static guint
count (FaultPoint point)
{
  return fault_measure ()->n_calls[point][FAULT_BY_LIBRARY];
}

static void
test_imports (void)
{
  GPtrArray *imports = get_imports ();

  for (guint i = 0; i < imports->len; i++) {
    const char *name = imports->pdata[i];
    gsize j = 0;

    while (j < G_N_ELEMENTS (fallible) && strcmp (fallible[j].name, name) != 0) {
      j++;
    }
    if (j < G_N_ELEMENTS (fallible)) {
      if (!fallible[j].is_rare && count (fallible[j].point) == 0) {
        g_test_message ("%s() can fail, and the session does not call it", name);
        g_test_fail ();
      }
    } else if (!is_infallible (name)) {
      g_test_message ("%s() is new: it needs a rule, or a reason why it can not fail", name);
      g_test_fail ();
    }
  }
  g_ptr_array_unref (imports);
}

static void
test_system_calls (void)
{
  if (count (FAULT_SYS_OTHER) > 0) {
    g_test_message ("the system call %ld is new: it needs a point in fault-functions.c, and a rule", (long) fault_measure ()->other_call);
    g_test_fail ();
  }
  g_assert_cmpuint (count (FAULT_SYS_GETTID), >, 0);
}

int
main (int argc,
      char *argv[])
{
  fault_init (&argc, &argv, NULL, 0);
  g_test_add_func ("/fault/imports/functions", test_imports);
  g_test_add_func ("/fault/imports/system-calls", test_system_calls);

  return g_test_run ();
}
