#!/usr/bin/env node
import '../dist/topiary.mjs';
