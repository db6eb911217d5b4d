/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RecursiveTask;

/** What fork-join.c asks, of Java's pool. */
final class ForkJoin {
    private static final int THREADS = 2;
    private static final int REPEATS = 5;
    /** Until the compiler has done what it does. */
    private static final int WARM_UP_ROUNDS = 5;

    private static final class Fib extends RecursiveTask<Long> {
        private static final long serialVersionUID = 1;
        private final int n;

        Fib(int n) {
            this.n = n;
        }

        @Override
        protected Long compute() {
            if (n < 2) {
                return (long) n;
            }

            Fib a = new Fib(n - 1);

            a.fork();
            return new Fib(n - 2).compute() + a.join();
        }
    }

    private ForkJoin() {
    }

    private static long fib(int n) {
        long a = 0;
        long b = 1;

        for (int i = 0; i < n; i++) {
            long next = a + b;
            a = b;
            b = next;
        }
        return a;
    }

    private static Map<String, Double> measure(String mode, long count, boolean smoke) {
        int n = (int) count;
        int repeats = smoke ? 1 : REPEATS;
        long forks = (fib(n + 1) - 1) * repeats;
        ForkJoinPool pool = new ForkJoinPool(THREADS);

        for (int i = 0; i < (smoke ? 1 : WARM_UP_ROUNDS); i++) {
            pool.invoke(new Fib(n));
        }

        long begin = System.nanoTime();

        for (int i = 0; i < repeats; i++) {
            Bench.check(pool.invoke(new Fib(n)), fib(n));
        }

        long elapsed = System.nanoTime() - begin;

        pool.shutdown();
        return Map.of("ns", (double) elapsed / forks);
    }

    public static void main(String[] args) throws Exception {
        Map<String, Bench.Measure> peers = new LinkedHashMap<>();

        peers.put("Java-ForkJoinPool", ForkJoin::measure);
        Bench.main("fork-join", peers, new String[] {"fib"}, 30, 10, args);
    }
}
