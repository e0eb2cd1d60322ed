using System.Globalization;

namespace Kata072;

public class EinsumAttentionTests
{
    // Computed by the program that "source" in golden.json names.
    private static readonly Golden Golden = Golden.Load();

    [Theory, Task(1)]
    [InlineData("ij,jk->ik", "19 22 43 50")] // rows times columns: 1·5 + 2·7, 1·6 + 2·8, 3·5 + 4·7, 3·6 + 4·8
    [InlineData("ij,jk->ki", "19 43 22 50")] // the same, transposed
    [InlineData("ij,kj->ik", "17 23 39 53")] // rows times rows: 1·5 + 2·6, 1·7 + 2·8, 3·5 + 4·6, 3·7 + 4·8
    [InlineData("ij,ij->ij", "5 12 21 32")] // entry by entry
    [InlineData("ii,ii->i", "5 32")] // diagonals 1, 4 times diagonals 5, 8
    [InlineData("ii,jk->jk", "25 30 35 40")] // the trace 1 + 4 times every entry
    [InlineData("ij,kl->jl", "48 56 72 84")] // column sums 4, 6 times column sums 12, 14
    public void Einsum_of_two_small_matrices_by_hand(string spec, string expected)
    {
        var (a, b) = (Tensor.Create<double>([1, 2, 3, 4], [2, 2]), Tensor.Create<double>([5, 6, 7, 8], [2, 2]));

        Values(EinsumAttention.Einsum(spec, a, b))
            .ShouldBeNear(expected.Split(' ').Select(value => double.Parse(value, CultureInfo.InvariantCulture)));
    }

    [Fact, Task(1)]
    public void An_output_without_letters_is_a_tensor_of_shape_one() =>
        EinsumAttention.Einsum("ij,ij->", Tensor.Create<double>([1, 2, 3, 4], [2, 2]), Tensor.Create<double>([5, 6, 7, 8], [2, 2]))
            .ShouldBeNear(Tensor.Create<double>([70], [1]), "5 + 12 + 21 + 32");

    [Theory, Task(1)]
    [InlineData("ij,jk->ik")]
    [InlineData("ij,jk->ki")]
    [InlineData("iji,kj->ki")]
    [InlineData("ijk,k->")]
    [InlineData("ij,ij->ij")]
    [InlineData("ik,kj->")]
    [InlineData("bnd,hde->bhne")]
    [InlineData("bhnf,hfg->bng")]
    public void Einsum_equals_PyTorch(string spec)
    {
        var golden = Golden.Case(spec);

        EinsumAttention.Einsum(spec, golden.Tensor("a"), golden.Tensor("b")).ShouldBeNear(golden.Tensor("output"));
    }

    [Fact, Task(1)]
    public void Einsum_equals_nested_loops_on_generated_specs()
    {
        var random = new Random(72);
        for (var seed = 0; seed < 60; seed++)
        {
            var (left, right) = (Letters(random.Next(1, 4)), Letters(random.Next(1, 4)));
            var output = string.Concat((left + right).Distinct().Where(_ => random.Next(2) == 0).OrderBy(_ => random.Next()));
            var (a, b) = (Inputs.Tensor(seed, Lengths(left)), Inputs.Tensor(seed + 100, Lengths(right)));

            EinsumAttention.Einsum($"{left},{right}->{output}", a, b).ShouldBeNear(
                NestedLoops(left, right, output, a, b), $"the spec is \"{left},{right}->{output}\"");
        }

        string Letters(int count) => string.Concat(Enumerable.Range(0, count).Select(_ => "wxyz"[random.Next(4)]));
    }

    [Theory, Task(1)]
    [InlineData("wx,xy->wy", "wy,xy->wx")]
    [InlineData("wxy,zy->xwz", "xwz,zy->wxy")]
    [InlineData("wx,wx->w", "w,wx->wx")]
    public void The_gradient_of_an_einsum_is_an_einsum(string forward, string backward)
    {
        // L = Σ upstream · Einsum(a, b) is linear in a, so its derivative at one coordinate is L at that unit tensor
        var (left, right, output) = (forward.Split(',')[0], forward.Split(',', '-')[1], forward.Split('>')[1]);
        var (b, upstream) = (Inputs.Tensor(1, Lengths(right)), Inputs.Tensor(2, Lengths(output)));
        var count = (int)Inputs.Tensor(3, Lengths(left)).FlattenedLength;
        var gradient = Enumerable.Range(0, count).Select(coordinate =>
        {
            var unit = Enumerable.Range(0, count).Select(i => i == coordinate ? 1.0 : 0).ToArray();
            var moved = EinsumAttention.Einsum(forward, Tensor.Create(unit, Lengths(left)), b);
            return Values(upstream).Zip(Values(moved), (u, m) => u * m).Sum();
        });

        EinsumAttention.Einsum(backward, upstream, b).ShouldBeNear(Tensor.Create(gradient.ToArray(), Lengths(left)));
    }

    [Fact, Task(1)]
    public void Einsum_reads_a_permuted_view_in_the_order_of_its_axes()
    {
        var (a, b) = (Inputs.Tensor(1, 2, 3, 4), Inputs.Tensor(2, 4, 5));

        EinsumAttention.Einsum("zxy,wz->xyw", Tensor.PermuteDimensions(a, [2, 0, 1]), Tensor.PermuteDimensions(b, [1, 0]))
            .ShouldBeNear(EinsumAttention.Einsum("xyz,zw->xyw", a, b), "permuting axes and letters alike changes nothing");
    }

    [Fact, Task(1)]
    public void Einsum_leaves_its_operands_as_they_were()
    {
        var (a, b) = (Inputs.Tensor(1, 2, 3), Inputs.Tensor(2, 3, 4));

        EinsumAttention.Einsum("ij,jk->ki", a, b);

        a.ShouldBeNear(Inputs.Tensor(1, 2, 3));
        b.ShouldBeNear(Inputs.Tensor(2, 3, 4));
    }

    [Theory, Task(1)]
    [InlineData("ij,jk", "2 3", "3 4", "->")]
    [InlineData("ij->jk->ik", "2 3", "3 4", "->")]
    [InlineData("ij->ji", "2 3", "3 4", "1")]
    [InlineData("i,j,k->i", "2", "3", "3")]
    [InlineData("iJ,Jk->ik", "2 3", "3 4", "'J'")]
    [InlineData("ij, jk->ik", "2 3", "3 4", "' '")]
    [InlineData("ij,jk->ik ", "2 3", "3 4", "' '")]
    [InlineData("iλ,λk->ik", "2 3", "3 4", "'λ'")] // a small letter, but none from a to z
    [InlineData("ij,jk->iq", "2 3", "3 4", "'q'")]
    [InlineData("ij,jk->iki", "2 3", "3 4", "'i'")]
    [InlineData("ijk,jk->i", "7 8", "7 8", "ijk 2")]
    [InlineData("ij,jkl->il", "6 7", "7 8", "jkl 2")]
    [InlineData("qz,zk->qk", "4 5 6", "5 7", "qz 3")]
    [InlineData("ij,jk->ik", "2 7", "8 4", "'j' 7 8")]
    [InlineData("ij,jk->ik", "2 7", "1 4", "'j' 7 1")]
    [InlineData("ij,jk->ik", "2 1", "8 4", "'j' 1 8")]
    [InlineData("ii,ij->j", "7 8", "7 4", "'i' 7 8")]
    [InlineData("ij,kk->i", "2 3", "7 8", "'k' 7 8")]
    public void Einsum_refuses_a_spec_and_names_the_problem(string spec, string aLengths, string bLengths, string named)
    {
        var (a, b) = (Inputs.Tensor(1, Split(aLengths)), Inputs.Tensor(2, Split(bLengths)));
        var message = Expect.Throws<ArgumentException>(() => EinsumAttention.Einsum(spec, a, b)).Message;

        foreach (var part in named == "' '" ? [named] : named.Split(' '))
        {
            message.Should().Contain(part, "the message names what is wrong");
        }
    }

    [Fact, Task(1)]
    public void Sizes_catch_a_misspelt_spec_only_where_they_differ() => Snapshot.Verify(Misspellings());

    [Fact, Task(2)]
    public void Softmax_over_the_allowed_keys_by_hand()
    {
        // e^0 : e^ln 3 = 1 : 3 without the masked key; a lone allowed key has all the weight; no allowed key, no weight
        var scores = Tensor.Create([0, Math.Log(3), 5, -2, 4, 1, 3, 2, 1], [1, 1, 3, 3]);
        var mask = Mask([true, true, false, true, false, false, false, false, false], 1, 3, 3);

        EinsumAttention.MaskedSoftmax(scores, mask)
            .ShouldBeNear(Tensor.Create([0.25, 0.75, 0, 1, 0, 0, 0, 0, 0], [1, 1, 3, 3]));
    }

    [Fact, Task(2)]
    public void Masked_softmax_equals_PyTorch()
    {
        var golden = Golden.Case("softmax");

        EinsumAttention.MaskedSoftmax(golden.Tensor("scores"), Mask(golden)).ShouldBeNear(golden.Tensor("weights"));
    }

    [Theory, Task(2)]
    [InlineData(1, 2, 3, 4)]
    [InlineData(3, 2, 5, 2)]
    [InlineData(2, 3, 1, 6)]
    public void Every_query_shares_out_one_among_its_allowed_keys(int batch, int heads, int queries, int keys)
    {
        var mask = RandomMask(seed: keys, batch, queries, keys);
        var weights = EinsumAttention.MaskedSoftmax(Inputs.Tensor(5, batch, heads, queries, keys), mask);

        foreach (var (b, h, n) in from b in Range(batch) from h in Range(heads) from n in Range(queries) select (b, h, n))
        {
            Range(keys).Sum(m => weights[b, h, n, m]).ShouldBeNear(1, $"query {n} may attend to at least one key");
            Range(keys).Where(m => !mask[b, n, m]).Sum(m => Math.Abs(weights[b, h, n, m])).ShouldBeNear(0, "masked keys have no weight");
        }
    }

    [Fact, Task(2)]
    public void Softmax_survives_scores_far_beyond_the_range_of_exp()
    {
        // the last query's only allowed score lies below whatever number might be written over the masked ones
        var scores = Tensor.Create(
            [1000, 1000 + Math.Log(3), -5, -1000, -1000 - Math.Log(4), 7, 0, Math.Log(3), 1e6, -1e12, 2, 1], [1, 1, 4, 3]);
        var mask = Mask([true, true, false, true, true, false, true, true, false, true, false, false], 1, 4, 3);

        EinsumAttention.MaskedSoftmax(scores, mask).ShouldBeNear(
            Tensor.Create([0.25, 0.75, 0, 0.8, 0.2, 0, 0.25, 0.75, 0, 1, 0, 0], [1, 1, 4, 3]), "a masked score counts for nothing, however large");
    }

    [Fact, Task(2)]
    public void Masked_softmax_leaves_scores_and_mask_as_they_were()
    {
        var (scores, mask) = (Inputs.Tensor(5, 1, 2, 3, 4), RandomMask(seed: 6, 1, 3, 4));

        EinsumAttention.MaskedSoftmax(scores, mask);

        scores.ShouldBeNear(Inputs.Tensor(5, 1, 2, 3, 4));
        Values(mask).Should().Equal(Values(RandomMask(seed: 6, 1, 3, 4)));
    }

    [Theory, Task(2)]
    [InlineData("2 3 4 5", "2 5 4")]
    [InlineData("2 3 4 5", "1 4 5")]
    [InlineData("2 3 4 5", "2 4 1")]
    [InlineData("2 3 4 5", "2 3 4 5")]
    [InlineData("2 3 4 5", "4 5")]
    [InlineData("2 4 5", "2 4 5")]
    [InlineData("2 3 4 5 1", "2 4 5")]
    public void Masked_softmax_refuses_shapes_that_do_not_fit(string scores, string mask) =>
        Expect.Throws<ArgumentException>(() => EinsumAttention.MaskedSoftmax(Inputs.Tensor(1, Split(scores)), AllAllowed(Split(mask))));

    [Fact, Task(3)]
    public void Attention_of_two_unit_vectors_by_hand()
    {
        // scores 1/√2 and 0: the own weight is e^0.7071 / (e^0.7071 + 1) = 0.66976155, and 1 + 2(1 − 0.66976155) = 1.6604769;
        // under the causal mask the first query sees the first value alone
        var identity = Tensor.Create<double>([1, 0, 0, 1], [1, 1, 2, 2]);
        var values = Tensor.Create<double>([1, 2, 3, 4], [1, 1, 2, 2]);

        EinsumAttention.Attention(identity, identity, values, AllAllowed(1, 2, 2)).ShouldBeNear(
            Tensor.Create([1.6604769, 2.6604769, 2.3395231, 3.3395231], [1, 1, 2, 2]), tolerance: 1e-7);
        EinsumAttention.Attention(identity, identity, values, Mask([true, false, true, true], 1, 2, 2)).ShouldBeNear(
            Tensor.Create([1, 2, 2.3395231, 3.3395231], [1, 1, 2, 2]), "true = may attend", tolerance: 1e-7);
    }

    [Fact, Task(3)]
    public void Attention_equals_PyTorch()
    {
        var golden = Golden.Case("attention");

        EinsumAttention.Attention(golden.Tensor("queries"), golden.Tensor("keys"), golden.Tensor("values"), Mask(golden))
            .ShouldBeNear(golden.Tensor("output"));
    }

    [Theory, Task(3)]
    [InlineData(2, 3, 5, 4, 6, 7)]
    [InlineData(3, 2, 1, 5, 4, 6)]
    [InlineData(1, 2, 4, 4, 4, 4)]
    public void Attention_equals_nested_loops(int batch, int heads, int queries, int keys, int dimension, int valueDimension)
    {
        var (q, k) = (Inputs.Tensor(1, batch, heads, queries, dimension), Inputs.Tensor(2, batch, heads, keys, dimension));
        var v = Inputs.Tensor(3, batch, heads, keys, valueDimension);
        var mask = RandomMask(seed: 4, batch, queries, keys);

        EinsumAttention.Attention(q, k, v, mask).ShouldBeNear(NaiveAttention(q, k, v, mask));
    }

    [Fact, Task(3)]
    public void A_key_that_is_masked_for_all_queries_changes_nothing()
    {
        var (q, k, v) = (Inputs.Tensor(1, 1, 2, 3, 4), Inputs.Tensor(2, 1, 2, 3, 4), Inputs.Tensor(3, 1, 2, 3, 5));
        var mask = Mask([true, true, false, true, true, false, false, true, false], 1, 3, 3);
        var before = EinsumAttention.Attention(q, k, v, mask);
        (k[0, 1, 2, 0], v[0, 1, 2, 3]) = (1e6, -1e6);

        EinsumAttention.Attention(q, k, v, mask).ShouldBeNear(before);
    }

    [Fact, Task(3)]
    public void A_query_without_any_allowed_key_gets_zeros()
    {
        var output = EinsumAttention.Attention(
            Inputs.Tensor(1, 1, 1, 2, 3), Inputs.Tensor(2, 1, 1, 2, 3), Inputs.Tensor(3, 1, 1, 2, 3), Mask([false, false, true, true], 1, 2, 2));

        Range(3).Select(f => output[0, 0, 0, f]).ShouldBeNear(new double[3]);
        Range(3).Sum(f => Math.Abs(output[0, 0, 1, f])).Should().BeGreaterThan(0.1, "the other query is not touched");
    }

    [Fact, Task(3)]
    public void Attention_leaves_its_inputs_as_they_were()
    {
        var (inputs, mask) = (Enumerable.Range(0, 3).Select(seed => Inputs.Tensor(seed, 1, 2, 3, 3)).ToArray(), RandomMask(seed: 4, 1, 3, 3));

        EinsumAttention.Attention(inputs[0], inputs[1], inputs[2], mask);

        Enumerable.Range(0, 3).ToList().ForEach(seed => inputs[seed].ShouldBeNear(Inputs.Tensor(seed, 1, 2, 3, 3)));
        Values(mask).Should().Equal(Values(RandomMask(seed: 4, 1, 3, 3)));
    }

    [Theory, Task(3)]
    [InlineData("2 3 4 6", "2 3 5 7", "2 3 5 8", "2 4 5")]
    [InlineData("2 3 4 6", "2 3 5 6", "2 3 4 8", "2 4 5")]
    [InlineData("2 3 4 6", "2 1 5 6", "2 3 5 8", "2 4 5")]
    [InlineData("2 3 4 6", "2 3 5 6", "2 3 5 8", "2 5 4")]
    public void Attention_refuses_shapes_that_do_not_fit(string queries, string keys, string values, string mask) =>
        Expect.Throws<ArgumentException>(() => EinsumAttention.Attention(
            Inputs.Tensor(1, Split(queries)), Inputs.Tensor(2, Split(keys)), Inputs.Tensor(3, Split(values)), AllAllowed(Split(mask))));

    [Fact, Task(4)]
    public void Multi_head_attention_equals_the_layer_of_PyTorch()
    {
        var golden = Golden.Case("multiHead");

        EinsumAttention.MultiHead(
            golden.Tensor("targets"), golden.Tensor("sources"), golden.Tensor("queryWeights"), golden.Tensor("keyWeights"),
            golden.Tensor("valueWeights"), golden.Tensor("outputWeights"), Mask(golden)).ShouldBeNear(golden.Tensor("output"));
    }

    [Fact, Task(4)]
    public void Two_heads_of_dimension_one_by_hand()
    {
        // one target, two sources 1 and 2, keys 0: every weight is 1/2, so the heads' results are their value weights 4, 8
        // times the mean 1.5; the output weights 1, 10 and 2, 20 add them up: 6·1 + 12·2 = 30 and 6·10 + 12·20 = 300
        var (targets, sources) = (Tensor.Create<double>([7], [1, 1, 1]), Tensor.Create<double>([1, 2], [1, 2, 1]));
        var (ones, zeros) = (Tensor.Create<double>([1, 1], [2, 1, 1]), Tensor.Create<double>([0, 0], [2, 1, 1]));
        var (valueWeights, outputWeights) = (Tensor.Create<double>([4, 8], [2, 1, 1]), Tensor.Create<double>([1, 10, 2, 20], [2, 1, 2]));

        EinsumAttention.MultiHead(targets, sources, ones, zeros, valueWeights, outputWeights, AllAllowed(1, 1, 2))
            .ShouldBeNear(Tensor.Create<double>([30, 300], [1, 1, 2]));
    }

    [Theory, Task(4)]
    [InlineData(2, 4, 5, 6, 7, 3, 8, 9, 10)]
    [InlineData(3, 2, 1, 4, 6, 2, 5, 3, 7)]
    [InlineData(2, 3, 3, 3, 3, 3, 3, 3, 3)]
    public void Multi_head_attention_is_the_sum_of_its_heads(int b, int n, int m, int d, int c, int h, int e, int f, int g)
    {
        var (targets, sources, mask) = (Inputs.Tensor(1, b, n, d), Inputs.Tensor(2, b, m, c), RandomMask(seed: 3, b, n, m));
        var (queryWeights, keyWeights) = (Inputs.Tensor(4, h, d, e), Inputs.Tensor(5, h, c, e));
        var (valueWeights, outputWeights) = (Inputs.Tensor(6, h, c, f), Inputs.Tensor(7, h, f, g));
        var heads = NaiveAttention(
            NestedLoops("bnd", "hde", "bhne", targets, queryWeights), NestedLoops("bmc", "hce", "bhme", sources, keyWeights),
            NestedLoops("bmc", "hcf", "bhmf", sources, valueWeights), mask);

        EinsumAttention.MultiHead(targets, sources, queryWeights, keyWeights, valueWeights, outputWeights, mask)
            .ShouldBeNear(NestedLoops("bhnf", "hfg", "bng", heads, outputWeights));
    }

    [Fact, Task(4)]
    public void Multi_head_attention_refuses_weights_of_another_number_of_heads() =>
        Expect.Throws<ArgumentException>(() => EinsumAttention.MultiHead(
            Inputs.Tensor(1, 2, 4, 6), Inputs.Tensor(2, 2, 5, 6), Inputs.Tensor(3, 3, 6, 7), Inputs.Tensor(4, 3, 6, 7),
            Inputs.Tensor(5, 2, 6, 7), Inputs.Tensor(6, 3, 7, 8), AllAllowed(2, 4, 5)));

    [Fact, Task(4)]
    public void Multi_head_attention_leaves_its_inputs_as_they_were()
    {
        var inputs = Enumerable.Range(0, 6).Select(seed => Inputs.Tensor(seed, 3, 3, 3)).ToArray();
        var mask = RandomMask(seed: 9, 3, 3, 3);

        EinsumAttention.MultiHead(inputs[0], inputs[1], inputs[2], inputs[3], inputs[4], inputs[5], mask);

        Enumerable.Range(0, 6).ToList().ForEach(seed => inputs[seed].ShouldBeNear(Inputs.Tensor(seed, 3, 3, 3)));
        Values(mask).Should().Equal(Values(RandomMask(seed: 9, 3, 3, 3)));
    }

    /// <summary>
    /// The table that the answer quotes: all 24 orders of the keys' letters, with both orders of n and m in the output.
    /// Only "bhne,bhme->bhnm" is right.
    /// </summary>
    private static string Misspellings()
    {
        var table = new StringBuilder(" b  h  n  m  e   specs  accepted  right shape  right values\n");
        foreach (var sizes in new[] { "2 3 4 5 6", "2 3 5 5 6", "2 3 5 5 5", "3 3 3 3 3" })
        {
            var s = Split(sizes);
            var (queries, keys) = (Inputs.Tensor(1, s[0], s[1], s[2], s[4]), Inputs.Tensor(2, s[0], s[1], s[3], s[4]));
            var right = NestedLoops("bhne", "bhme", "bhnm", queries, keys);
            var specs = from letters in Orders("bhme") from output in new[] { "bhnm", "bhmn" } select $"bhne,{letters}->{output}";
            var accepted = specs.Select(spec => Accepted(spec, queries, keys)).OfType<Tensor<double>>().ToList();
            var rightShape = accepted.Where(scores => scores.Lengths.SequenceEqual(right.Lengths)).ToList();
            var rightValues = rightShape.Count(scores => Values(scores).Zip(Values(right)).All(pair => Near.IsNear(pair.Second, pair.First)));
            table.Append(CultureInfo.InvariantCulture, $" {sizes.Replace(" ", "  ")}{specs.Count(),8}{accepted.Count,10}");
            table.Append(CultureInfo.InvariantCulture, $"{rightShape.Count,13}{rightValues,14}\n");
        }

        return table.ToString();
    }

    /// <summary>The result, or null where the sizes clash.</summary>
    private static Tensor<double>? Accepted(string spec, Tensor<double> queries, Tensor<double> keys)
    {
        try
        {
            return EinsumAttention.Einsum(spec, queries, keys);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static IEnumerable<string> Orders(string letters) =>
        letters == "" ? [""] : letters.SelectMany(first => Orders(letters.Replace($"{first}", "")).Select(rest => first + rest));

    /// <summary>The definition: every combination of indices of all letters adds one product to one entry of the output.</summary>
    private static Tensor<double> NestedLoops(string left, string right, string output, Tensor<double> a, Tensor<double> b)
    {
        var sizes = left.Zip(a.Lengths.ToArray()).Concat(right.Zip(b.Lengths.ToArray())).DistinctBy(pair => pair.First).ToArray();
        var result = Tensor.CreateFromShape<double>(output == "" ? [1] : [.. output.Select(letter => sizes.Single(pair => pair.First == letter).Second)]);
        var index = new Dictionary<char, nint>();
        Loop(0);
        return result;

        void Loop(int level)
        {
            if (level == sizes.Length)
            {
                nint[] at = output == "" ? [0] : At(output);
                result[at] += a[At(left)] * b[At(right)];
                return;
            }

            for (nint i = 0; i < sizes[level].Second; i++)
            {
                index[sizes[level].First] = i;
                Loop(level + 1);
            }
        }

        nint[] At(string letters) => [.. letters.Select(letter => index[letter])];
    }

    private static Tensor<double> NaiveAttention(Tensor<double> queries, Tensor<double> keys, Tensor<double> values, Tensor<bool> mask)
    {
        var weights = NestedLoops("bhne", "bhme", "bhnm", queries, keys);
        var (b, h, n, m) = ((int)weights.Lengths[0], (int)weights.Lengths[1], (int)weights.Lengths[2], (int)weights.Lengths[3]);
        foreach (var (batch, head, query) in from i in Range(b) from j in Range(h) from k in Range(n) select (i, j, k))
        {
            var exponentials = Range(m).Select(key =>
                mask[batch, query, key] ? Math.Exp(weights[batch, head, query, key] / Math.Sqrt(queries.Lengths[3])) : 0).ToArray();
            foreach (var key in Range(m))
            {
                weights[batch, head, query, key] = exponentials[key] / exponentials.Sum();
            }
        }

        return NestedLoops("bhnm", "bhmf", "bhnf", weights, values);
    }

    /// <summary>A mask with some keys of every query allowed, at least one.</summary>
    private static Tensor<bool> RandomMask(int seed, int batch, int queries, int keys)
    {
        var random = new Random(seed);
        return Mask(
            [.. Range(batch * queries).SelectMany(row => Range(keys).Select(key => key == row % keys || random.Next(2) == 0))], batch, queries, keys);
    }

    private static Tensor<bool> Mask(Golden golden) =>
        Tensor.Create(Values(golden.Tensor("mask")).Select(value => value == 1).ToArray(), golden.Tensor("mask").Lengths);

    private static Tensor<bool> Mask(bool[] allowed, params nint[] lengths) => Tensor.Create(allowed, lengths);

    private static Tensor<bool> AllAllowed(params nint[] lengths) =>
        Mask([.. Enumerable.Repeat(true, lengths.Aggregate(1, (count, length) => count * (int)length))], lengths);

    private static nint[] Split(string lengths) => [.. lengths.Split(' ').Select(length => nint.Parse(length, CultureInfo.InvariantCulture))];

    private static nint[] Lengths(string letters) => [.. letters.Select(letter => (nint)(2 + "wxyz".IndexOf(letter)))];

    private static IEnumerable<int> Range(int count) => Enumerable.Range(0, count);

    private static T[] Values<T>(Tensor<T> tensor)
    {
        var values = new T[tensor.FlattenedLength];
        tensor.FlattenTo(values);
        return values;
    }
}
