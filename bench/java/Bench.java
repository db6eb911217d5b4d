/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

import java.util.Map;

/** The command line and the one line of output that every program of bench/ has: see bench-support.h. */
final class Bench {
    interface Measure {
        Map<String, Double> measure(String mode, long count, boolean smoke) throws Exception;
    }

    private Bench() {
    }

    static void main(String name, Map<String, Measure> peers, String[] modes, long count, long smokeCount, String[] args)
            throws Exception {
        String peer = null;
        String mode = modes[0];

        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--list" -> {
                    peers.keySet().forEach(System.out::println);
                    return;
                }
                case "--smoke" -> {
                    smoke(peers, modes, smokeCount);
                    return;
                }
                case "--peer" -> peer = args[++i];
                case "--mode" -> mode = args[++i];
                case "--count" -> count = Long.parseLong(args[++i]);
                default -> throw new IllegalArgumentException(args[i]);
            }
        }

        StringBuilder line = new StringBuilder();
        line.append(String.format("{\"bench\": \"%s\", \"peer\": \"%s\", \"mode\": \"%s\", \"count\": %d", name, peer, mode, count));
        peers.get(peer).measure(mode, count, false).forEach((figure, value) ->
            line.append(String.format(java.util.Locale.ROOT, ", \"%s\": %.3f", figure, value)));
        System.out.println(line.append('}'));
    }

    private static void smoke(Map<String, Measure> peers, String[] modes, long count) throws Exception {
        int n = 0;

        for (String mode : modes) {
            for (var peer : peers.entrySet()) {
                peer.getValue().measure(mode, count, true);
                System.out.println("ok " + ++n + " - " + peer.getKey() + " " + mode);
            }
        }
        System.out.println("1.." + n);
    }

    static void check(long value, long expected) {
        if (value != expected) {
            throw new AssertionError(value + " instead of " + expected);
        }
    }
}
