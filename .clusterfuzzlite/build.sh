#!/bin/sh
# SPDX-License-Identifier: ISC
# The same build as OSS-Fuzz.
exec sh "$SRC/locket/fuzz/oss-fuzz/build.sh"
