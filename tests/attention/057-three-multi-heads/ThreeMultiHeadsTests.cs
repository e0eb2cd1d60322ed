using System.Globalization;

namespace Kata057;

public class ThreeMultiHeadsTests
{
    // Computed by the program that "source" in golden.json names.
    private static readonly Golden Golden = Golden.Load();

    private delegate Tensor<double> Implementation(
        Tensor<double> inputs, MultiHeadWeights weights, int heads, Tensor<bool> mask, Cost cost);

    [Fact, Task(1)]
    public void The_loop_equals_the_layer_of_PyTorch() => EqualsPyTorch(Loop);

    [Fact, Task(1)]
    public void The_loop_on_two_heads_of_dimension_one_by_hand() => EqualsHandComputation(Loop);

    [Theory, Task(1)]
    [InlineData(2, 5, 3, 4)]
    [InlineData(3, 4, 2, 5)]
    [InlineData(2, 1, 3, 2)]
    [InlineData(1, 4, 1, 3)]
    [InlineData(1, 3, 4, 1)]
    public void The_loop_equals_the_definition(int batch, int length, int heads, int dimension) =>
        EqualsDefinition(Loop, batch, length, heads, dimension);

    [Fact, Task(1)]
    public void The_loop_gives_the_output_bias_to_a_token_that_may_attend_to_nothing() => HiddenFromEverything(Loop);

    [Fact, Task(1)]
    public void The_loop_survives_large_scores_hidden_or_not() => SurvivesLargeScores(Loop);

    [Fact, Task(1)]
    public void The_loop_leaves_its_inputs_as_they_were() => LeavesInputs(Loop);

    [Theory, Task(1)]
    [InlineData(12, 5)]
    [InlineData(12, 24)]
    [InlineData(12, 0)]
    [InlineData(7, 2)]
    public void The_loop_refuses_heads_that_do_not_divide_the_dimension(int model, int heads) => RefusesHeads(Loop, model, heads);

    [Fact, Task(1)]
    public void The_loop_refuses_shapes_that_do_not_fit() => RefusesShapes(Loop);

    [Theory, Task(1)]
    [InlineData(2, 5, 3, 4)]
    [InlineData(3, 4, 2, 5)]
    public void The_loop_takes_six_products_for_each_batch_and_head(int batch, int length, int heads, int dimension) =>
        Costs(Loop, batch, length, heads, dimension, products: 6 * batch * heads);

    [Fact, Task(2)]
    public void The_reshape_equals_the_layer_of_PyTorch() => EqualsPyTorch(Reshape);

    [Fact, Task(2)]
    public void The_reshape_on_two_heads_of_dimension_one_by_hand() => EqualsHandComputation(Reshape);

    [Theory, Task(2)]
    [InlineData(2, 5, 3, 4)]
    [InlineData(3, 4, 2, 5)]
    [InlineData(2, 1, 3, 2)]
    [InlineData(1, 4, 1, 3)]
    [InlineData(1, 3, 4, 1)]
    public void The_reshape_equals_the_definition(int batch, int length, int heads, int dimension) =>
        EqualsDefinition(Reshape, batch, length, heads, dimension);

    [Fact, Task(2)]
    public void The_reshape_gives_the_output_bias_to_a_token_that_may_attend_to_nothing() => HiddenFromEverything(Reshape);

    [Fact, Task(2)]
    public void The_reshape_survives_large_scores_hidden_or_not() => SurvivesLargeScores(Reshape);

    [Fact, Task(2)]
    public void The_reshape_leaves_its_inputs_as_they_were() => LeavesInputs(Reshape);

    [Theory, Task(2)]
    [InlineData(12, 5)]
    [InlineData(12, 24)]
    [InlineData(12, 0)]
    [InlineData(7, 2)]
    public void The_reshape_refuses_heads_that_do_not_divide_the_dimension(int model, int heads) => RefusesHeads(Reshape, model, heads);

    [Fact, Task(2)]
    public void The_reshape_refuses_shapes_that_do_not_fit() => RefusesShapes(Reshape);

    [Theory, Task(2)]
    [InlineData(2, 5, 3, 4)]
    [InlineData(3, 4, 2, 5)]
    public void The_reshape_takes_six_batched_products(int batch, int length, int heads, int dimension) =>
        Costs(Reshape, batch, length, heads, dimension, products: 6);

    [Fact, Task(3)]
    public void The_einsum_equals_the_layer_of_PyTorch() => EqualsPyTorch(FusedEinsum);

    [Fact, Task(3)]
    public void The_einsum_on_two_heads_of_dimension_one_by_hand() => EqualsHandComputation(FusedEinsum);

    [Theory, Task(3)]
    [InlineData(2, 5, 3, 4)]
    [InlineData(3, 4, 2, 5)]
    [InlineData(2, 1, 3, 2)]
    [InlineData(1, 4, 1, 3)]
    [InlineData(1, 3, 4, 1)]
    public void The_einsum_equals_the_definition(int batch, int length, int heads, int dimension) =>
        EqualsDefinition(FusedEinsum, batch, length, heads, dimension);

    [Fact, Task(3)]
    public void The_einsum_gives_the_output_bias_to_a_token_that_may_attend_to_nothing() => HiddenFromEverything(FusedEinsum);

    [Fact, Task(3)]
    public void The_einsum_survives_large_scores_hidden_or_not() => SurvivesLargeScores(FusedEinsum);

    [Fact, Task(3)]
    public void The_einsum_leaves_its_inputs_as_they_were() => LeavesInputs(FusedEinsum);

    [Theory, Task(3)]
    [InlineData(12, 5)]
    [InlineData(12, 24)]
    [InlineData(12, 0)]
    [InlineData(7, 2)]
    public void The_einsum_refuses_heads_that_do_not_divide_the_dimension(int model, int heads) => RefusesHeads(FusedEinsum, model, heads);

    [Fact, Task(3)]
    public void The_einsum_refuses_shapes_that_do_not_fit() => RefusesShapes(FusedEinsum);

    [Theory, Task(3)]
    [InlineData(2, 5, 3, 4)]
    [InlineData(3, 4, 2, 5)]
    public void The_einsum_takes_four_products(int batch, int length, int heads, int dimension) =>
        Costs(FusedEinsum, batch, length, heads, dimension, products: 4);

    [Fact, Task(3)]
    public void All_three_give_the_same_for_every_number_of_heads()
    {
        var (inputs, weights, mask) = (Inputs.Tensor(1, 2, 5, 12), Weights(12, seed: 2), RandomMask(seed: 3, 2, 5));
        foreach (var heads in new[] { 1, 2, 3, 4, 6, 12 })
        {
            var byEinsum = FusedEinsum(inputs, weights, heads, mask, new Cost());
            byEinsum.ShouldBeNear(Loop(inputs, weights, heads, mask, new Cost()), $"it is one function, with {heads} heads");
            byEinsum.ShouldBeNear(Reshape(inputs, weights, heads, mask, new Cost()), $"it is one function, with {heads} heads");
        }
    }

    [Fact, Task(3)]
    public void The_same_multiplications_in_many_small_products_or_in_few_large_ones() => Snapshot.Verify(Experiment());

    /// <summary>The table that the answer quotes: 2 batches of 16 tokens of dimension 24.</summary>
    private static string Experiment()
    {
        var (inputs, weights, mask) = (Inputs.Tensor(1, 2, 16, 24), Weights(24, seed: 2), RandomMask(seed: 3, 2, 16));
        var table = new StringBuilder(
            "       products               multiplications          numbers in the largest result\n" +
            "heads  loop  reshape  einsum    loop  reshape  einsum  loop  reshape  einsum\n");
        foreach (var heads in new[] { 1, 2, 4, 8, 12 })
        {
            var costs = new Implementation[] { Loop, Reshape, FusedEinsum }.Select(implementation =>
            {
                var cost = new Cost();
                implementation(inputs, weights, heads, mask, cost);
                return cost;
            }).ToList();
            table.Append(CultureInfo.InvariantCulture, $"{heads,5}  {costs[0].Products,4}  {costs[1].Products,7}  {costs[2].Products,6}");
            table.Append(CultureInfo.InvariantCulture, $"  {costs[0].Multiplications,6}  {costs[1].Multiplications,7}  {costs[2].Multiplications,6}");
            table.Append(CultureInfo.InvariantCulture, $"  {costs[0].Largest,4}  {costs[1].Largest,7}  {costs[2].Largest,6}\n");
        }

        return table.ToString();
    }

    private static void EqualsPyTorch(Implementation implementation)
    {
        var golden = Golden.Case("multiHead");
        var weights = new MultiHeadWeights(golden.Matrix("inWeight"), golden.Vector("inBias"), golden.Matrix("outWeight"), golden.Vector("outBias"));
        var mask = Tensor.Create(Values(golden.Tensor("mask")).Select(value => value == 1).ToArray(), golden.Tensor("mask").Lengths);

        implementation(golden.Tensor("inputs"), weights, 3, mask, new Cost()).ShouldBeNear(golden.Tensor("output"));
    }

    private static void EqualsHandComputation(Implementation implementation)
    {
        // Tokens (1 0) and (0 1), so the rows of each third are the queries, keys and values. Head 0 of token 0 has the scores
        // ln 3 and 0, weights 3/4 and 1/4, result 3/4·4 + 1/4·12 = 6; its head 1 and token 1 look at both alike: 12, 8, 12.
        // Output of token 0: 6·1 + 12·100 + 0.5 and 6·10 + 12·1000 + 0.25. Causal: token 0 has its own values 4 and 8 only.
        var weights = new MultiHeadWeights(
            Matrix<double>.Build.DenseOfArray(new[,] { { Math.Log(3), 0, 1, 0, 4, 8 }, { 0, 0, 0, 0, 12, 16 } }),
            Vector<double>.Build.Dense(6),
            Matrix<double>.Build.DenseOfArray(new double[,] { { 1, 10 }, { 100, 1000 } }),
            Vector<double>.Build.Dense([0.5, 0.25]));
        var inputs = Tensor.Create<double>([1, 0, 0, 1], [1, 2, 2]);

        implementation(inputs, weights, 2, Tensor.Create([true, true, true, true], [1, 2, 2]), new Cost())
            .ShouldBeNear(Tensor.Create([1206.5, 12060.25, 1208.5, 12080.25], [1, 2, 2]));
        implementation(inputs, weights, 2, Tensor.Create([true, false, true, true], [1, 2, 2]), new Cost())
            .ShouldBeNear(Tensor.Create([804.5, 8040.25, 1208.5, 12080.25], [1, 2, 2]), "true = may attend");
    }

    private static void EqualsDefinition(Implementation implementation, int batch, int length, int heads, int dimension)
    {
        var model = heads * dimension;
        var (inputs, weights, mask) = (Inputs.Tensor(1, batch, length, model), Weights(model, seed: 2), RandomMask(seed: 3, batch, length));

        implementation(inputs, weights, heads, mask, new Cost()).ShouldBeNear(Definition(inputs, weights, heads, mask));
    }

    private static void HiddenFromEverything(Implementation implementation)
    {
        var (weights, mask) = (Weights(6, seed: 2), RandomMask(seed: 3, 2, 4));
        foreach (var key in Enumerable.Range(0, 4))
        {
            mask[1, 2, key] = false;
        }

        var output = implementation(Inputs.Tensor(1, 2, 4, 6), weights, 3, mask, new Cost());

        Enumerable.Range(0, 6).Select(column => output[1, 2, column]).ShouldBeNear(weights.OutBias, "its heads have the result 0");
    }

    private static void SurvivesLargeScores(Implementation implementation)
    {
        // One head of dimension 1 with the scores x_i·x_j, values x: token 0 prefers itself by far, or token 1 where it may not see itself.
        var weights = new MultiHeadWeights(
            Matrix<double>.Build.Dense(1, 3, 1), Vector<double>.Build.Dense(3), Matrix<double>.Build.Dense(1, 1, 1), Vector<double>.Build.Dense(1));
        var inputs = Tensor.Create<double>([1000, 999, -1000], [1, 3, 1]);

        implementation(inputs, weights, 1, Tensor.Create([true, true, true, true, true, true, true, true, true], [1, 3, 3]), new Cost())
            .ShouldBeNear(Tensor.Create<double>([1000, 1000, -1000], [1, 3, 1]));
        implementation(inputs, weights, 1, Tensor.Create([false, true, true, false, true, true, false, true, false], [1, 3, 3]), new Cost())
            .ShouldBeNear(Tensor.Create<double>([999, 999, 999], [1, 3, 1]), "a hidden score counts for nothing, whatever its value");
    }

    private static void LeavesInputs(Implementation implementation)
    {
        var (inputs, weights, mask) = (Inputs.Tensor(1, 2, 3, 6), Weights(6, seed: 2), RandomMask(seed: 3, 2, 3));

        implementation(inputs, weights, 3, mask, new Cost());

        inputs.ShouldBeNear(Inputs.Tensor(1, 2, 3, 6));
        weights.InWeight.ShouldBeNear(Weights(6, seed: 2).InWeight);
        weights.InBias.ShouldBeNear(Weights(6, seed: 2).InBias);
        weights.OutWeight.ShouldBeNear(Weights(6, seed: 2).OutWeight);
        weights.OutBias.ShouldBeNear(Weights(6, seed: 2).OutBias);
        Values(mask).Should().Equal(Values(RandomMask(seed: 3, 2, 3)));
    }

    private static void RefusesHeads(Implementation implementation, int model, int heads) =>
        Expect.Throws<ArgumentException>(() => implementation(
            Inputs.Tensor(1, 2, 3, model), Weights(model, seed: 2), heads, RandomMask(seed: 3, 2, 3), new Cost()));

    private static void RefusesShapes(Implementation implementation)
    {
        var (inputs, weights, mask) = (Inputs.Tensor(1, 2, 3, 6), Weights(6, seed: 2), RandomMask(seed: 3, 2, 3));
        object? Call(Tensor<double> x, MultiHeadWeights w, Tensor<bool> m) => implementation(x, w, 2, m, new Cost());

        Expect.Throws<ArgumentException>(() => Call(Inputs.Tensor(1, 3, 6), weights, mask), "the inputs need three axes");
        Expect.Throws<ArgumentException>(() => Call(inputs, weights, RandomMask(seed: 3, 2, 4)), "the mask is for 4 tokens");
        Expect.Throws<ArgumentException>(() => Call(inputs, weights, RandomMask(seed: 3, 1, 3)), "the mask is for one batch");
        Expect.Throws<ArgumentException>(() => Call(inputs, Weights(8, seed: 2), mask), "the weights are for a dimension of 8");
        Expect.Throws<ArgumentException>(() => Call(inputs, weights with { InWeight = Inputs.Matrix(6, 12, seed: 4) }, mask), "one third is missing");
        Expect.Throws<ArgumentException>(() => Call(inputs, weights with { InBias = Inputs.Vector(6, seed: 4) }, mask), "the bias has one third only");
        Expect.Throws<ArgumentException>(() => Call(inputs, weights with { OutWeight = Inputs.Matrix(6, 3, seed: 4) }, mask), "the output has the inputs' dimension");
        Expect.Throws<ArgumentException>(() => Call(inputs, weights with { OutBias = Inputs.Vector(3, seed: 4) }, mask), "the output bias is too short");
    }

    private static void Costs(Implementation implementation, int batch, int length, int heads, int dimension, int products)
    {
        var (model, cost) = (heads * dimension, new Cost());

        implementation(Inputs.Tensor(1, batch, length, model), Weights(model, seed: 2), heads, RandomMask(seed: 3, batch, length), cost);

        cost.Products.Should().Be(products);
        cost.Multiplications.Should().Be(batch * ((4L * length * model * model) + (2L * length * length * model)), "the arithmetic is the same in all three");
    }

    private static Tensor<double> Loop(Tensor<double> inputs, MultiHeadWeights weights, int heads, Tensor<bool> mask, Cost cost) =>
        ThreeMultiHeads.ByLoop(inputs, weights, heads, mask, (a, b) => Product(a, b, cost));

    private static Tensor<double> Reshape(Tensor<double> inputs, MultiHeadWeights weights, int heads, Tensor<bool> mask, Cost cost) =>
        ThreeMultiHeads.ByReshape(inputs, weights, heads, mask, (a, b) => BatchedProduct(a, b, cost));

    private static Tensor<double> FusedEinsum(Tensor<double> inputs, MultiHeadWeights weights, int heads, Tensor<bool> mask, Cost cost) =>
        ThreeMultiHeads.ByFusedEinsum(inputs, weights, heads, mask, (spec, a, b) => Einsum(spec, a, b, cost));

    /// <summary>Number by number from the formulas: no matrix, no tensor operation, nothing shared with the implementations.</summary>
    private static Tensor<double> Definition(Tensor<double> inputs, MultiHeadWeights weights, int heads, Tensor<bool> mask)
    {
        var (batches, length, model) = ((int)inputs.Lengths[0], (int)inputs.Lengths[1], (int)inputs.Lengths[2]);
        var dimension = model / heads;
        var output = Tensor.CreateFromShape<double>([batches, length, model]);
        foreach (var (batch, token) in from b in Enumerable.Range(0, batches) from n in Enumerable.Range(0, length) select (b, n))
        {
            double Projected(int third, int position, int column) => weights.InBias[(third * model) + column]
                + Enumerable.Range(0, model).Sum(d => inputs[batch, position, d] * weights.InWeight[d, (third * model) + column]);

            double Result(int column)
            {
                var own = Enumerable.Range(column / dimension * dimension, dimension).ToList();
                var keys = Enumerable.Range(0, length).Where(key => mask[batch, token, key]).ToList();
                var exponentials = keys.Select(key => Math.Exp(own.Sum(c => Projected(0, token, c) * Projected(1, key, c)) / Math.Sqrt(dimension))).ToList();
                return keys.Zip(exponentials).Sum(pair => pair.Second * Projected(2, pair.First, column)) / exponentials.Sum();
            }

            var results = Enumerable.Range(0, model).Select(Result).ToArray();
            for (var column = 0; column < model; column++)
            {
                output[batch, token, column] = weights.OutBias[column] + results.Select((result, row) => result * weights.OutWeight[row, column]).Sum();
            }
        }

        return output;
    }

    private static MultiHeadWeights Weights(int model, int seed) => new(
        Inputs.Matrix(model, 3 * model, seed, deviation: 0.5), Inputs.Vector(3 * model, seed + 10),
        Inputs.Matrix(model, model, seed + 20), Inputs.Vector(model, seed + 30));

    /// <summary>A mask with some keys of every token allowed, at least one, and different for every batch.</summary>
    private static Tensor<bool> RandomMask(int seed, int batch, int length)
    {
        var random = new Random(seed);
        return Tensor.Create(
            Enumerable.Range(0, batch * length).SelectMany(row => Enumerable.Range(0, length).Select(key => key == row % length || random.Next(2) == 0)).ToArray(),
            [batch, length, length]);
    }

    private static Matrix<double> Product(Matrix<double> a, Matrix<double> b, Cost cost)
    {
        cost.Add((long)a.RowCount * a.ColumnCount * b.ColumnCount, (long)a.RowCount * b.ColumnCount);
        return a * b;
    }

    private static Tensor<double> BatchedProduct(Tensor<double> a, Tensor<double> b, Cost cost)
    {
        if (a.Rank < 2 || a.Rank != b.Rank || !a.Lengths[..^2].SequenceEqual(b.Lengths[..^2]) || a.Lengths[^1] != b.Lengths[^2])
        {
            throw new ArgumentException($"a batched product of {Shape(a)} and {Shape(b)}");
        }

        var (rows, inner, columns) = ((int)a.Lengths[^2], (int)a.Lengths[^1], (int)b.Lengths[^1]);
        var result = Values(a).Chunk(rows * inner).Zip(Values(b).Chunk(inner * columns), (left, right) =>
            Matrix<double>.Build.DenseOfRowMajor(rows, inner, left) * Matrix<double>.Build.DenseOfRowMajor(inner, columns, right))
            .SelectMany(product => product.ToRowMajorArray()).ToArray();
        cost.Add((long)result.Length * inner, result.Length);
        return Tensor.Create(result, [.. a.Lengths[..^1], columns]);
    }

    /// <summary>A loop over every combination of indices of all letters, those of the output first.</summary>
    private static Tensor<double> Einsum(string spec, Tensor<double> a, Tensor<double> b, Cost cost)
    {
        if (spec.Split([",", "->"], StringSplitOptions.None) is not [var left, var right, var output]
            || left.Length != a.Rank || right.Length != b.Rank || !output.All((left + right).Contains))
        {
            throw new ArgumentException($"einsum {spec} of {Shape(a)} and {Shape(b)}");
        }

        var axes = left.Zip(a.Lengths.ToArray()).Concat(right.Zip(b.Lengths.ToArray())).Distinct().ToList();
        var sizes = axes.GroupBy(axis => axis.First).All(letter => letter.Count() == 1)
            ? axes.ToDictionary(axis => axis.First, axis => (int)axis.Second)
            : throw new ArgumentException($"einsum {spec}: a letter has two sizes in {Shape(a)} and {Shape(b)}");
        var letters = output.Concat(sizes.Keys.Except(output)).ToArray();
        var (aValues, bValues, result) = (Values(a), Values(b), new double[output.Aggregate(1, (count, letter) => count * sizes[letter])]);
        var (aStrides, bStrides, strides) = (Strides(left), Strides(right), Strides(output));
        Loop(0, 0, 0, 0);
        cost.Add(sizes.Values.Aggregate(1L, (count, size) => count * size), result.Length);
        return Tensor.Create(result, [.. output.Select(letter => (nint)sizes[letter])]);

        int[] Strides(string of) => [.. letters.Select(letter =>
            of.Select((axis, i) => axis == letter ? of[(i + 1)..].Aggregate(1, (count, later) => count * sizes[later]) : 0).Sum())];

        void Loop(int level, int atA, int atB, int at)
        {
            if (level == letters.Length)
            {
                result[at] += aValues[atA] * bValues[atB];
                return;
            }

            for (var i = 0; i < sizes[letters[level]]; i++)
            {
                Loop(level + 1, atA + (i * aStrides[level]), atB + (i * bStrides[level]), at + (i * strides[level]));
            }
        }
    }

    private static T[] Values<T>(Tensor<T> tensor)
    {
        var values = new T[tensor.FlattenedLength];
        tensor.FlattenTo(values);
        return values;
    }

    private static string Shape(Tensor<double> tensor) => string.Join(" × ", tensor.Lengths.ToArray());

    private sealed class Cost
    {
        public int Products { get; private set; }
        public long Multiplications { get; private set; }
        public long Largest { get; private set; }

        public void Add(long multiplications, long results)
        {
            Products++;
            Multiplications += multiplications;
            Largest = Math.Max(Largest, results);
        }
    }
}
