package dev.understudy.crooked.unlabelled;

record Stray() {}
