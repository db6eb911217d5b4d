/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Each function by its own name: no header is to take one for another. */
#undef _FILE_OFFSET_BITS
#undef _FORTIFY_SOURCE

#include "fault-interpose-private.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <glib-object.h>
#include <limits.h>
#include <linux/futex.h>
#include <linux/membarrier.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/* The functions that are interposed. Each asks fault_meet() what it is to answer, and else calls the real one. */

/* The next function of that name, behind this program. Whoever stores it stores the same. */
#define REAL(name)                                              \
  ({                                                            \
    static _Atomic (__typeof__ (&(name))) real_;                \
    __typeof__ (&(name)) found_ = atomic_load (&real_);         \
                                                                \
    if (found_ == NULL) {                                       \
      found_ = (__typeof__ (&(name))) dlsym (RTLD_NEXT, #name); \
      atomic_store (&real_, found_);                            \
    }                                                           \
    found_;                                                     \
  })

#define INTERPOSE(point, type, name, parameters, arguments)                    \
  type name parameters                                                         \
  {                                                                            \
    const FaultRule *rule_ = fault_meet (point, __builtin_return_address (0)); \
                                                                               \
    return rule_ != NULL ? (type) rule_->result : REAL (name) arguments;       \
  }

/* Of a function that returns nothing: left out, or called again and again. */
#define INTERPOSE_VOID(point, name, parameters, arguments)                     \
  void name parameters                                                         \
  {                                                                            \
    const FaultRule *rule_ = fault_meet (point, __builtin_return_address (0)); \
                                                                               \
    for (long i_ = rule_ != NULL ? rule_->result : 1; i_ > 0; i_--) {          \
      (REAL (name)) arguments;                                                 \
    }                                                                          \
  }

/* Those that no header declares. */
int __register_atfork (void (*prepare) (void), void (*parent) (void), void (*child) (void), void *dso);
int __cxa_atexit (void (*func) (void *), void *data, void *dso);
void *__libc_malloc (size_t size);
void *__libc_calloc (size_t n, size_t size);
void *__libc_realloc (void *old, size_t size);
void *__libc_memalign (size_t alignment, size_t size);
void __libc_free (void *memory);

/* threads of the system, and what is registered with the C library */

INTERPOSE (FAULT_PTHREAD_CREATE, int, pthread_create, (pthread_t * id, const pthread_attr_t *attr, void *(*start) (void *), void *data), (id, attr, start, data))
INTERPOSE (FAULT_PTHREAD_ATTR_SETSTACKSIZE, int, pthread_attr_setstacksize, (pthread_attr_t * attr, size_t size), (attr, size))
INTERPOSE (FAULT_PTHREAD_KEY_CREATE, int, pthread_key_create, (pthread_key_t * key, void (*destroy) (void *)), (key, destroy))
INTERPOSE (FAULT_PTHREAD_GETATTR_NP, int, pthread_getattr_np, (pthread_t id, pthread_attr_t *attr), (id, attr))
INTERPOSE (FAULT_PTHREAD_SETNAME_NP, int, pthread_setname_np, (pthread_t id, const char *name), (id, name))
INTERPOSE (FAULT_REGISTER_ATFORK, int, __register_atfork, (void (*prepare) (void), void (*parent) (void), void (*child) (void), void *dso), (prepare, parent, child, dso))
INTERPOSE (FAULT_CXA_ATEXIT, int, __cxa_atexit, (void (*func) (void *), void *data, void *dso), (func, data, dso))

/* To forget a value needs no room. */
int
pthread_setspecific (pthread_key_t key,
                     const void *value)
{
  const FaultRule *rule = value != NULL ? fault_meet (FAULT_PTHREAD_SETSPECIFIC, __builtin_return_address (0)) : NULL;

  return rule != NULL ? (int) rule->result : REAL (pthread_setspecific) (key, value);
}

/* memory: not by REAL(), since dlsym() may need some */

static atomic_long n_blocks;

long
fault_count_blocks (void)
{
  return atomic_load (&n_blocks);
}

static void *
count_block (void *memory)
{
  if (memory != NULL) {
    atomic_fetch_add (&n_blocks, 1);
  }
  return memory;
}

void *
malloc (size_t size)
{
  return fault_meet (FAULT_MALLOC, __builtin_return_address (0)) != NULL ? NULL : count_block (__libc_malloc (size));
}

void *
calloc (size_t n,
        size_t size)
{
  return fault_meet (FAULT_CALLOC, __builtin_return_address (0)) != NULL ? NULL : count_block (__libc_calloc (n, size));
}

void *
realloc (void *old,
         size_t size)
{
  if (fault_meet (FAULT_REALLOC, __builtin_return_address (0)) != NULL) {
    return NULL;
  }
  return old == NULL ? count_block (__libc_malloc (size)) : __libc_realloc (old, size);
}

void
free (void *memory)
{
  if (memory != NULL) {
    atomic_fetch_sub (&n_blocks, 1);
    __libc_free (memory);
  }
}

int
posix_memalign (void **place,
                size_t alignment,
                size_t size)
{
  void *memory = fault_meet (FAULT_POSIX_MEMALIGN, __builtin_return_address (0)) != NULL ? NULL : count_block (__libc_memalign (alignment, size));

  if (memory == NULL) {
    return ENOMEM;
  }
  *place = memory;
  return 0;
}

void *
aligned_alloc (size_t alignment,
               size_t size)
{
  return fault_meet (FAULT_POSIX_MEMALIGN, __builtin_return_address (0)) != NULL ? NULL : count_block (__libc_memalign (alignment, size));
}

INTERPOSE (FAULT_MMAP, void *, mmap, (void *address, size_t size, int protection, int flags, int fd, off_t offset), (address, size, protection, flags, fd, offset))
INTERPOSE (FAULT_MMAP, void *, mmap64, (void *address, size_t size, int protection, int flags, int fd, off64_t offset), (address, size, protection, flags, fd, offset))
INTERPOSE (FAULT_MUNMAP, int, munmap, (void *address, size_t size), (address, size))

/* what the system is asked */

INTERPOSE (FAULT_SCHED_GETCPU, int, sched_getcpu, (void), ())
INTERPOSE (FAULT_SETPRIORITY, int, setpriority, (__priority_which_t which, id_t id, int priority), (which, id, priority))
INTERPOSE (FAULT_SYSCONF, long, sysconf, (int name), (name))
INTERPOSE (FAULT_NANOSLEEP, int, nanosleep, (const struct timespec *time, struct timespec *left), (time, left))
INTERPOSE (FAULT_EVENTFD, int, eventfd, (unsigned int value, int flags), (value, flags))
INTERPOSE (FAULT_PROCESS_VM_READV, ssize_t, process_vm_readv, (pid_t process, const struct iovec *here, unsigned long n_here, const struct iovec *there, unsigned long n_there, unsigned long flags), (process, here, n_here, there, n_there, flags))
INTERPOSE (FAULT_READ, ssize_t, read, (int fd, void *buffer, size_t size), (fd, buffer, size))

/* Those with arguments that may be missing: what is not there is read all the same, and not looked at. */

#define INTERPOSE_OPEN(name, parameters, arguments, last)                           \
  int name parameters                                                               \
  {                                                                                 \
    const FaultRule *rule_ = fault_meet (FAULT_OPEN, __builtin_return_address (0)); \
    mode_t mode_;                                                                   \
    va_list list_;                                                                  \
                                                                                    \
    va_start (list_, last);                                                         \
    mode_ = va_arg (list_, mode_t);                                                 \
    va_end (list_);                                                                 \
    return rule_ != NULL ? (int) rule_->result : REAL (name) arguments;             \
  }

INTERPOSE_OPEN (open, (const char *path, int flags, ...), (path, flags, mode_), flags)
INTERPOSE_OPEN (open64, (const char *path, int flags, ...), (path, flags, mode_), flags)
INTERPOSE_OPEN (openat, (int fd, const char *path, int flags, ...), (fd, path, flags, mode_), flags)
INTERPOSE_OPEN (openat64, (int fd, const char *path, int flags, ...), (fd, path, flags, mode_), flags)

int
prctl (int option,
       ...)
{
  const FaultRule *rule = fault_meet (FAULT_PRCTL, __builtin_return_address (0));
  unsigned long arguments[4];
  va_list list;

  va_start (list, option);
  for (guint i = 0; i < G_N_ELEMENTS (arguments); i++) {
    arguments[i] = va_arg (list, unsigned long);
  }
  va_end (list);
  return rule != NULL ? (int) rule->result : REAL (prctl) (option, arguments[0], arguments[1], arguments[2], arguments[3]);
}

/* system calls */

#define MAX_TIMED_WAITS 256

static _Atomic (int *) timed_waits[MAX_TIMED_WAITS];
static atomic_bool time_flies;

/* Those that look later see that it flies, or have said before where they wait. */
void
fault_let_time_fly (gboolean flies)
{
  atomic_store (&time_flies, flies);
  for (guint i = 0; flies && i < MAX_TIMED_WAITS; i++) {
    int *word = atomic_load (&timed_waits[i]);

    if (word != NULL) {
      (REAL (syscall)) (SYS_futex, word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, INT_MAX, NULL, NULL, 0);
    }
  }
}

static long
wait_for_some_time (const long arguments[6])
{
  int *word = (int *) arguments[0];
  int *none = NULL;
  long result = 0;
  int error_number;
  guint i;

  for (i = 0; !atomic_compare_exchange_strong (&timed_waits[i % MAX_TIMED_WAITS], &none, word); i++) {
    none = NULL;
  }
  if (!atomic_load (&time_flies)) {
    result = REAL (syscall) (SYS_futex, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5]);
  }
  error_number = errno;
  atomic_store (&timed_waits[i % MAX_TIMED_WAITS], NULL);
  errno = error_number;

  if (result == 0 && atomic_load (&time_flies) && __atomic_load_n (word, __ATOMIC_SEQ_CST) == (int) arguments[2]) {
    errno = ETIMEDOUT;
    return -1;
  }
  return result;
}

static FaultPoint
get_point_of_futex (long operation)
{
  switch (operation & FUTEX_CMD_MASK) {
  case FUTEX_WAIT:
  case FUTEX_WAIT_BITSET:
    return FAULT_FUTEX_WAIT;
  case FUTEX_WAKE:
  case FUTEX_WAKE_BITSET:
    return FAULT_FUTEX_WAKE;
  default:
    return FAULT_SYS_OTHER;
  }
}

static FaultPoint
get_point_of_call (long number,
                   const long arguments[6])
{
  switch (number) {
  case SYS_futex:
    return get_point_of_futex (arguments[1]);
  case SYS_membarrier:
    return arguments[0] == MEMBARRIER_CMD_PRIVATE_EXPEDITED ? FAULT_MEMBARRIER : FAULT_MEMBARRIER_REGISTER;
  case SYS_sched_getattr:
    return FAULT_SYS_SCHED_GETATTR;
  case SYS_sched_setattr:
    return FAULT_SYS_SCHED_SETATTR;
  case SYS_sched_getaffinity:
    return FAULT_SYS_SCHED_GETAFFINITY;
  case SYS_sched_setaffinity:
    return FAULT_SYS_SCHED_SETAFFINITY;
  case SYS_get_robust_list:
    return FAULT_SYS_GET_ROBUST_LIST;
  case SYS_gettid:
    return FAULT_SYS_GETTID;
  default:
    return FAULT_SYS_OTHER;
  }
}

long
syscall (long number,
         ...)
{
  const void *return_address = __builtin_return_address (0);
  long arguments[6];
  const FaultRule *rule;
  FaultPoint point;
  va_list list;

  va_start (list, number);
  for (guint i = 0; i < G_N_ELEMENTS (arguments); i++) {
    arguments[i] = va_arg (list, long);
  }
  va_end (list);

  point = get_point_of_call (number, arguments);
  rule = fault_meet (point, return_address);
  if (rule != NULL) {
    return rule->result;
  }
  if (point == FAULT_SYS_OTHER && fault_is_by_library (return_address)) {
    atomic_store (&fault_get_report ()->other_call, number);
  }
  if (point == FAULT_FUTEX_WAIT && arguments[3] != 0 && fault_is_by_library (return_address)) {
    return wait_for_some_time (arguments);
  }
  return REAL (syscall) (number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5]);
}

/* what the tests of this suite break */

INTERPOSE_VOID (FAULT_G_FREE, g_free, (gpointer memory), (memory))
INTERPOSE_VOID (FAULT_G_OBJECT_UNREF, g_object_unref, (gpointer object), (object))
INTERPOSE_VOID (FAULT_G_SOURCE_DESTROY, g_source_destroy, (GSource * source), (source))
INTERPOSE_VOID (FAULT_G_MAIN_CONTEXT_WAKEUP, g_main_context_wakeup, (GMainContext * context), (context))

void
g_signal_emit (gpointer instance,
               guint signal_id,
               GQuark detail,
               ...)
{
  const FaultRule *rule = fault_meet (FAULT_G_SIGNAL_EMIT, __builtin_return_address (0));

  for (long i = rule != NULL ? rule->result : 1; i > 0; i--) {
    va_list arguments;

    va_start (arguments, detail);
    g_signal_emit_valist (instance, signal_id, detail, arguments);
    va_end (arguments);
  }
}
