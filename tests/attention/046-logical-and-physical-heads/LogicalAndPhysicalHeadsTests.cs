using System.Globalization;

namespace Kata046;

public class LogicalAndPhysicalHeadsTests
{
    // Computed by the program that "source" in golden.json names.
    private static readonly Golden Golden = Golden.Load();

    [Fact, Task(1)]
    public void Two_tokens_of_three_heads_by_hand()
    {
        // head h owns the columns 2h and 2h + 1 of each row
        var projected = Tensor.Create<double>([1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16], [2, 6]);

        LogicalAndPhysicalHeads.SplitLogical(projected, heads: 3).ShouldBeNear(
            Tensor.Create<double>([1, 2, 11, 12, 3, 4, 13, 14, 5, 6, 15, 16], [3, 2, 2]));
    }

    [Fact, Task(1)]
    public void Split_equals_view_and_transpose_in_PyTorch()
    {
        var golden = Golden.Case("split");

        LogicalAndPhysicalHeads.SplitLogical(golden.Tensor("projected"), heads: 3).ShouldBeNear(golden.Tensor("heads"));
    }

    [Fact, Task(1)]
    public void Merge_equals_transpose_and_reshape_in_PyTorch()
    {
        var golden = Golden.Case("merge");

        LogicalAndPhysicalHeads.MergeLogical(golden.Tensor("heads")).ShouldBeNear(golden.Tensor("merged"));
    }

    [Theory, Task(1)]
    [InlineData(5, 3, 4)]
    [InlineData(4, 2, 7)]
    [InlineData(1, 3, 2)]
    [InlineData(6, 1, 5)]
    [InlineData(3, 4, 1)]
    public void Merge_undoes_split_and_split_undoes_merge(int tokens, int heads, int dimension)
    {
        var projected = Inputs.Tensor(1, tokens, heads * dimension);
        var results = Inputs.Tensor(2, heads, tokens, dimension);

        LogicalAndPhysicalHeads.MergeLogical(LogicalAndPhysicalHeads.SplitLogical(projected, heads)).ShouldBeNear(projected);
        LogicalAndPhysicalHeads.SplitLogical(LogicalAndPhysicalHeads.MergeLogical(results), heads).ShouldBeNear(results);
    }

    [Theory, Task(1)]
    [InlineData(5, 3, 4)]
    [InlineData(1, 3, 2)]
    [InlineData(4, 1, 3)]
    [InlineData(3, 5, 1)]
    public void Each_number_of_a_head_is_that_of_its_column(int tokens, int heads, int dimension)
    {
        var projected = Inputs.Tensor(3, tokens, heads * dimension);
        var split = LogicalAndPhysicalHeads.SplitLogical(projected, heads);
        var expected = Tensor.CreateFromShape<double>([heads, tokens, dimension]);
        for (var head = 0; head < heads; head++)
        {
            for (var token = 0; token < tokens; token++)
            {
                for (var column = 0; column < dimension; column++)
                {
                    expected[head, token, column] = projected[token, (head * dimension) + column];
                }
            }
        }

        split.ShouldBeNear(expected);
    }

    [Fact, Task(1)]
    public void The_split_is_a_view_on_the_memory_of_the_projection()
    {
        var projected = Inputs.Tensor(4, 5, 6);
        var split = LogicalAndPhysicalHeads.SplitLogical(projected, heads: 3);

        projected[4, 3] = 100;
        split[2, 0, 1] = 200;

        split[1, 4, 1].ShouldBeNear(100, "head 1 owns the columns 2 and 3");
        projected[0, 5].ShouldBeNear(200, "head 2 owns the columns 4 and 5");
    }

    [Fact, Task(1)]
    public void The_split_allocates_the_same_for_every_number_of_tokens()
    {
        long Cost(int tokens)
        {
            var projected = Inputs.Tensor(5, tokens, 12);
            return Growth.Allocated(() => LogicalAndPhysicalHeads.SplitLogical(projected, heads: 4));
        }

        ((Func<int, long>)Cost).ShouldGrowNoFasterThan(power: 0, n: 64, "a view has new strides, not new numbers");
    }

    [Fact, Task(1)]
    public void Merged_heads_have_memory_of_their_own()
    {
        var projected = Inputs.Tensor(6, 4, 6);
        var merged = LogicalAndPhysicalHeads.MergeLogical(LogicalAndPhysicalHeads.SplitLogical(projected, heads: 2));

        merged[3, 5] = 100;

        projected.ShouldBeNear(Inputs.Tensor(6, 4, 6));
    }

    [Theory, Task(1)]
    [InlineData("4 6", 4)]
    [InlineData("4 6", 0)]
    [InlineData("4 6", -2)]
    [InlineData("2 4 6", 3)]
    [InlineData("6", 3)]
    public void Split_refuses_what_cannot_be_cut_evenly(string lengths, int heads) =>
        Expect.Throws<ArgumentException>(() => LogicalAndPhysicalHeads.SplitLogical(Inputs.Tensor(7, Lengths(lengths)), heads));

    [Theory, Task(1)]
    [InlineData("4 6")]
    [InlineData("2 3 4 6")]
    public void Merge_refuses_what_has_not_three_axes(string lengths) =>
        Expect.Throws<ArgumentException>(() => LogicalAndPhysicalHeads.MergeLogical(Inputs.Tensor(8, Lengths(lengths))));

    [Fact, Task(2)]
    public void A_layer_of_two_heads_by_hand()
    {
        var fused = new Linear(
            Matrix<double>.Build.DenseOfArray(new double[,] { { 1, 2, 3, 4 }, { 5, 6, 7, 8 }, { 9, 10, 11, 12 } }),
            Vector<double>.Build.Dense([0.1, 0.2, 0.3, 0.4]));

        var heads = LogicalAndPhysicalHeads.SplitPhysical(fused, heads: 2);

        heads.Count.Should().Be(2);
        heads[0].Weight.ShouldBeNear(Matrix<double>.Build.DenseOfArray(new double[,] { { 1, 2 }, { 5, 6 }, { 9, 10 } }));
        heads[1].Weight.ShouldBeNear(Matrix<double>.Build.DenseOfArray(new double[,] { { 3, 4 }, { 7, 8 }, { 11, 12 } }));
        heads[0].Bias.ShouldBeNear(new[] { 0.1, 0.2 });
        heads[1].Bias.ShouldBeNear(new[] { 0.3, 0.4 });
    }

    [Theory, Task(2)]
    [InlineData(7, 3, 2)]
    [InlineData(4, 2, 5)]
    [InlineData(12, 4, 3)]
    [InlineData(5, 1, 3)]
    public void Merging_the_layers_of_the_heads_gives_the_fused_layer_back(int inputs, int heads, int dimension)
    {
        var fused = Layer(inputs, heads * dimension, seed: 10);
        var merged = LogicalAndPhysicalHeads.MergePhysical(LogicalAndPhysicalHeads.SplitPhysical(fused, heads));

        merged.Weight.ShouldBeNear(fused.Weight);
        merged.Bias.ShouldBeNear(fused.Bias, "a bias is part of its layer");
    }

    [Fact, Task(2)]
    public void A_head_owns_its_weights()
    {
        var fused = Layer(7, 6, seed: 11);
        var heads = LogicalAndPhysicalHeads.SplitPhysical(fused, heads: 3);
        var before = Layer(7, 6, seed: 11);

        heads[1].Weight[0, 0] = 100;
        heads[1].Bias[0] = 100;

        fused.Weight.ShouldBeNear(before.Weight, "the physical split copies");
        fused.Bias.ShouldBeNear(before.Bias, "the physical split copies");
    }

    [Theory, Task(2)]
    [InlineData(4)]
    [InlineData(0)]
    public void A_layer_refuses_to_be_cut_unevenly(int heads) =>
        Expect.Throws<ArgumentException>(() => LogicalAndPhysicalHeads.SplitPhysical(Layer(7, 6, seed: 12), heads));

    [Fact, Task(2)]
    public void No_heads_and_heads_of_different_shapes_do_not_merge()
    {
        Expect.Throws<ArgumentException>(() => LogicalAndPhysicalHeads.MergePhysical([]));
        Expect.Throws<ArgumentException>(() => LogicalAndPhysicalHeads.MergePhysical([Layer(7, 2, seed: 13), Layer(6, 2, seed: 14)]));
        Expect.Throws<ArgumentException>(() => LogicalAndPhysicalHeads.MergePhysical([Layer(7, 2, seed: 13), Layer(7, 3, seed: 14)]));
    }

    [Fact, Task(3)]
    public void Both_projections_equal_PyTorch()
    {
        var golden = Golden.Case("split");
        var fused = new Linear(golden.Matrix("weight"), golden.Vector("bias"));
        var layers = Enumerable.Range(0, 3).Select(head => Columns(fused, head * 2, 2)).ToList();

        LogicalAndPhysicalHeads.ProjectLogical(golden.Matrix("inputs"), fused, 3, Multiply).ShouldBeNear(golden.Tensor("heads"));
        LogicalAndPhysicalHeads.ProjectPhysical(golden.Matrix("inputs"), layers, Multiply).ShouldBeNear(golden.Tensor("heads"));
    }

    [Theory, Task(3)]
    [InlineData(5, 7, 3, 2)]
    [InlineData(4, 6, 2, 5)]
    [InlineData(1, 3, 4, 2)]
    [InlineData(6, 8, 1, 4)]
    public void Both_projections_give_the_same_heads(int tokens, int inputs, int heads, int dimension)
    {
        var (x, fused) = (Inputs.Matrix(tokens, inputs, seed: 20), Layer(inputs, heads * dimension, seed: 21));

        LogicalAndPhysicalHeads.ProjectLogical(x, fused, heads, Multiply).ShouldBeNear(
            LogicalAndPhysicalHeads.ProjectPhysical(x, LogicalAndPhysicalHeads.SplitPhysical(fused, heads), Multiply));
    }

    [Fact, Task(3)]
    public void Every_head_sees_every_input()
    {
        var fused = Layer(8, 6, seed: 22);

        InputsSeenByHead(0, 8, x => LogicalAndPhysicalHeads.ProjectLogical(x, fused, 3, Multiply)).Should().Be(8, "the outputs are cut, not the inputs");
        InputsSeenByHead(2, 8, x => LogicalAndPhysicalHeads.ProjectLogical(x, fused, 3, Multiply)).Should().Be(8, "the outputs are cut, not the inputs");
    }

    [Fact, Task(3)]
    public void Inputs_and_layers_stay_as_they_were()
    {
        var (x, fused) = (Inputs.Matrix(5, 7, seed: 23), Layer(7, 6, seed: 24));
        var layers = new List<Linear> { Layer(7, 2, seed: 25), Layer(7, 2, seed: 26) };

        LogicalAndPhysicalHeads.ProjectLogical(x, fused, 3, Multiply);
        LogicalAndPhysicalHeads.ProjectPhysical(x, layers, Multiply);

        x.ShouldBeNear(Inputs.Matrix(5, 7, seed: 23));
        fused.Weight.ShouldBeNear(Layer(7, 6, seed: 24).Weight);
        fused.Bias.ShouldBeNear(Layer(7, 6, seed: 24).Bias);
        layers[1].Bias.ShouldBeNear(Layer(7, 2, seed: 26).Bias);
    }

    [Fact, Task(3)]
    public void Projections_refuse_heads_that_do_not_fit()
    {
        var x = Inputs.Matrix(5, 7, seed: 27);

        Expect.Throws<ArgumentException>(() => LogicalAndPhysicalHeads.ProjectLogical(x, Layer(7, 6, seed: 28), 4, Multiply));
        Expect.Throws<ArgumentException>(() => LogicalAndPhysicalHeads.ProjectPhysical(x, [], Multiply));
        Expect.Throws<ArgumentException>(() => LogicalAndPhysicalHeads.ProjectPhysical(x, [Layer(7, 2, seed: 29), Layer(7, 3, seed: 30)], Multiply));
    }

    [Theory, Task(3)]
    [InlineData(5, 7, 3, 2)]
    [InlineData(4, 6, 2, 5)]
    public void The_fused_layer_takes_one_product_and_the_layers_of_the_heads_one_each(int tokens, int inputs, int heads, int dimension)
    {
        var products = 0;
        Matrix<double> Counted(Matrix<double> left, Matrix<double> right)
        {
            products++;
            return left * right;
        }

        var x = Inputs.Matrix(tokens, inputs, seed: 31);
        var layers = Enumerable.Range(0, heads).Select(head => Layer(inputs, dimension, seed: 32 + head)).ToList();
        LogicalAndPhysicalHeads.ProjectLogical(x, Layer(inputs, heads * dimension, seed: 40), heads, Counted);
        products.Should().Be(1, "the fused layer is one matrix");

        products = 0;
        LogicalAndPhysicalHeads.ProjectPhysical(x, layers, Counted);
        products.Should().Be(heads, "each head has a matrix of its own");
    }

    [Fact, Task(4)]
    public void Two_products_are_counted_by_hand()
    {
        // 2 × 3 times 3 × 4: 24 multiplications; its result, 2 × 4, times 4 × 5: 40
        var result = Matrix<double>.Build.Dense(1, 1);
        var (a, b, c) = (Inputs.Matrix(2, 3, seed: 50), Inputs.Matrix(3, 4, seed: 51), Inputs.Matrix(4, 5, seed: 52));

        var count = LogicalAndPhysicalHeads.CountMatMuls(multiply => result = multiply(multiply(a, b), c));

        count.Should().Be(new MatMulCount(Products: 2, Multiplications: 64));
        result.ShouldBeNear(a * b * c, "a counted product is still the product");
    }

    [Fact, Task(4)]
    public void A_computation_without_products_costs_none_and_runs_once()
    {
        var runs = 0;

        LogicalAndPhysicalHeads.CountMatMuls(_ => runs++).Should().Be(new MatMulCount(0, 0));
        runs.Should().Be(1);
    }

    [Theory, Task(4)]
    [InlineData(5, 7, 3, 2)]
    [InlineData(3, 4, 6, 5)]
    public void More_products_but_not_more_multiplications(int tokens, int inputs, int heads, int dimension)
    {
        var (x, fused) = (Inputs.Matrix(tokens, inputs, seed: 53), Layer(inputs, heads * dimension, seed: 54));
        var layers = LogicalAndPhysicalHeads.SplitPhysical(fused, heads);
        var multiplications = (long)tokens * inputs * heads * dimension;

        LogicalAndPhysicalHeads.CountMatMuls(multiply => LogicalAndPhysicalHeads.ProjectLogical(x, fused, heads, multiply))
            .Should().Be(new MatMulCount(1, multiplications));
        LogicalAndPhysicalHeads.CountMatMuls(multiply => LogicalAndPhysicalHeads.ProjectPhysical(x, layers, multiply))
            .Should().Be(new MatMulCount(heads, multiplications));
    }

    [Fact, Task(4)]
    public void Cutting_the_outputs_costs_nothing_and_cutting_the_inputs_costs_sight() => Snapshot.Verify(Experiment());

    /// <summary>
    /// The table that the answer quotes: 10 tokens, 24 inputs, 24 outputs. "cut input" is what is often taken for the same:
    /// head h multiplies its own slice of the inputs only, so that its weights are the blocks on a diagonal.
    /// </summary>
    private static string Experiment()
    {
        const int Tokens = 10, Width = 24;
        var (x, fused) = (Inputs.Matrix(Tokens, Width, seed: 60), Layer(Width, Width, seed: 61));
        var table = new StringBuilder(
            "       products                    multiplications             inputs seen by a head\n" +
            "heads  fused  per head  cut input  fused  per head  cut input  fused  per head  cut input\n");
        foreach (var heads in new[] { 1, 2, 4, 8 })
        {
            var layers = LogicalAndPhysicalHeads.SplitPhysical(fused, heads);
            var ways = new Func<Matrix<double>, Func<Matrix<double>, Matrix<double>, Matrix<double>>, Tensor<double>>[]
            {
                (inputs, multiply) => LogicalAndPhysicalHeads.ProjectLogical(inputs, fused, heads, multiply),
                (inputs, multiply) => LogicalAndPhysicalHeads.ProjectPhysical(inputs, layers, multiply),
                (inputs, multiply) => CutInputs(inputs, fused, heads, multiply),
            };
            var counts = ways.Select(way => LogicalAndPhysicalHeads.CountMatMuls(multiply => way(x, multiply))).ToList();
            var seen = ways.Select(way => InputsSeenByHead(0, Width, inputs => way(inputs, Multiply))).ToList();
            table.Append(CultureInfo.InvariantCulture, $"{heads,5}");
            table.Append(CultureInfo.InvariantCulture, $"  {counts[0].Products,5}  {counts[1].Products,8}  {counts[2].Products,9}");
            table.Append(CultureInfo.InvariantCulture, $"  {counts[0].Multiplications,5}  {counts[1].Multiplications,8}  {counts[2].Multiplications,9}");
            table.Append(CultureInfo.InvariantCulture, $"  {seen[0],5}  {seen[1],8}  {seen[2],9}\n");
        }

        return table.ToString();
    }

    private static Tensor<double> CutInputs(
        Matrix<double> inputs, Linear fused, int heads, Func<Matrix<double>, Matrix<double>, Matrix<double>> multiply)
    {
        var dimension = fused.Weight.ColumnCount / heads;
        return Tensor.Create(
            Enumerable.Range(0, heads).Select(head => head * dimension).SelectMany(first => multiply(
                inputs.SubMatrix(0, inputs.RowCount, first, dimension),
                fused.Weight.SubMatrix(first, dimension, first, dimension)).ToRowMajorArray()).ToArray(),
            [heads, inputs.RowCount, dimension]);
    }

    /// <summary>How many coordinates of a token change the given head's result when they change.</summary>
    private static int InputsSeenByHead(int head, int width, Func<Matrix<double>, Tensor<double>> project)
    {
        double[] Result(int? changed)
        {
            var heads = project(Matrix<double>.Build.Dense(1, width, (_, column) => column == changed ? 2 : 1));
            return [.. Enumerable.Range(0, (int)heads.Lengths[2]).Select(column => heads[head, 0, column])];
        }

        var before = Result(changed: null);
        return Enumerable.Range(0, width).Count(input => !Result(input).Zip(before).All(pair => Near.IsNear(pair.Second, pair.First)));
    }

    private static Matrix<double> Multiply(Matrix<double> left, Matrix<double> right) => left * right;

    private static Linear Layer(int inputs, int outputs, int seed) =>
        new(Inputs.Matrix(inputs, outputs, seed), Inputs.Vector(outputs, seed + 100));

    private static Linear Columns(Linear layer, int first, int count) =>
        new(layer.Weight.SubMatrix(0, layer.Weight.RowCount, first, count), layer.Bias.SubVector(first, count));

    private static nint[] Lengths(string lengths) => [.. lengths.Split(' ').Select(length => nint.Parse(length, CultureInfo.InvariantCulture))];
}
