"""The benchmark suite: families of instances, baselines to beat, and a runner that compares them."""
