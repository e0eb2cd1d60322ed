using System.Globalization;

namespace Kata048;

public class QueryKeyValueRolesTests
{
    // Computed by the program that "source" in golden.json names.
    private static readonly Golden Golden = Golden.Load();

    private static readonly Matrix<double> Keys = Rows([2, 0, 1], [0, 3, 0], [-1, 1, 0.5], [0.5, 0.5, -2]);
    private static readonly Matrix<double> Values = Rows([10, -1], [20, 5], [35, 0.25], [-4, 7]);

    [Fact, Task(1)]
    public void Hard_lookup_by_hand()
    {
        // scores of (1, 1, 1): 2 + 1 = 3, 3, 0.5, −1: two keys tie; of (0, 1, 2): 2, 3, 2, −3.5: the second wins
        QueryKeyValueRoles.HardLookup(Row(0, 1, 2), Keys, Values).ShouldBeNear(Row(20, 5));
    }

    [Fact, Task(1)]
    public void Hard_lookup_returns_the_mean_of_the_values_of_tied_keys()
    {
        QueryKeyValueRoles.HardLookup(Row(1, 1, 1), Keys, Values)
            .ShouldBeNear(Row(15, 2), "keys 0 and 1 both have the score 3");
    }

    [Fact, Task(1)]
    public void Hard_lookup_compares_by_the_dot_product_not_by_the_angle()
    {
        var keys = Rows([1, 0], [4, 4]);

        QueryKeyValueRoles.HardLookup(Row(1, 0), keys, Rows([1], [2]))
            .ShouldBeNear(Row(2), "4 is above 1, although the first key has the smaller angle");
    }

    [Theory, Task(1)]
    [InlineData(1, 3, 2)]
    [InlineData(6, 2, 4)]
    [InlineData(9, 5, 1)]
    public void Hard_lookup_equals_a_search_through_all_keys(int m, int keyDimension, int valueDimension)
    {
        var (query, keys, values) = Lookup(m, keyDimension, valueDimension);
        var best = Enumerable.Range(0, m).MaxBy(j => Dot(query, keys.Row(j)));

        QueryKeyValueRoles.HardLookup(query, keys, values).ShouldBeNear(values.Row(best));
    }

    [Fact, Task(1)]
    public void Hard_lookup_finds_the_best_of_negative_scores() =>
        QueryKeyValueRoles.HardLookup(Row(-1, -1), Rows([3, 1], [1, 1], [2, 2]), Rows([1], [2], [3])).ShouldBeNear(Row(2));

    [Fact, Task(1)]
    public void Hard_lookup_refuses_sizes_that_do_not_fit()
    {
        Expect.Throws<ArgumentException>(() => QueryKeyValueRoles.HardLookup(Row(1, 2), Keys, Values), "keys have 3 components");
        Expect.Throws<ArgumentException>(() => QueryKeyValueRoles.HardLookup(Row(1, 2, 3), Keys, Rows([1], [2])), "4 keys, 2 values");
    }

    [Fact, Task(2)]
    public void Soft_lookup_of_two_keys_by_hand()
    {
        // scores 3 and 1, temperature 2 / ln 3: weights in the ratio exp(ln 3) = 3 to 1, so 3/4 · 8 + 1/4 · 4 = 7
        QueryKeyValueRoles.SoftLookup(Row(1), Rows([3], [1]), Rows([8], [4]), 2 / Math.Log(3)).ShouldBeNear(Row(7));
    }

    [Fact, Task(2)]
    public void Soft_lookup_equals_PyTorch()
    {
        var golden = Golden.Case("attention");

        QueryKeyValueRoles.SoftLookup(golden.Matrix("queries").Row(1), golden.Matrix("keys"), golden.Matrix("values"), 0.3)
            .ShouldBeNear(golden.Vector("cool"));
    }

    [Theory, Task(2)]
    [InlineData(0.7)]
    [InlineData(2.5)]
    public void Soft_lookup_equals_the_definition(double temperature)
    {
        var (query, keys, values) = Lookup(5, 3, 2);

        QueryKeyValueRoles.SoftLookup(query, keys, values, temperature)
            .ShouldBeNear(NaiveLookup(query, keys, values, temperature));
    }

    [Theory, Task(2)]
    [InlineData(1, 1, 1)]
    [InlineData(0, 1, 2)]
    [InlineData(-3, 0.5, 1)]
    public void Soft_lookup_tends_to_the_hard_lookup_as_the_temperature_falls(double a, double b, double c)
    {
        var query = Row(a, b, c);

        QueryKeyValueRoles.SoftLookup(query, Keys, Values, 0.001)
            .ShouldBeNear(QueryKeyValueRoles.HardLookup(query, Keys, Values), "scores that differ by 0.5 are then 500 apart");
    }

    [Fact, Task(2)]
    public void Soft_lookup_tends_to_the_mean_of_all_values_as_the_temperature_rises() =>
        QueryKeyValueRoles.SoftLookup(Row(1, -2, 1), Keys, Values, 1e9)
            .ShouldBeNear(Row((10 + 20 + 35 - 4) / 4.0, (-1 + 5 + 0.25 + 7) / 4), tolerance: 1e-7);

    [Fact, Task(2)]
    public void Soft_lookup_survives_scores_far_beyond_the_range_of_exp() =>
        QueryKeyValueRoles.SoftLookup(Row(5000, 0, 0), Keys, Values, 1).ShouldBeNear(Row(10, -1));

    [Fact, Task(2)]
    public void Soft_lookup_is_linear_in_the_values_and_in_nothing_else()
    {
        var (query, keys, values) = Lookup(5, 3, 2);
        var once = QueryKeyValueRoles.SoftLookup(query, keys, values, 1);

        QueryKeyValueRoles.SoftLookup(query, keys, (3 * values) + 1, 1)
            .ShouldBeNear((3 * once) + 1, "values are only blended, by weights that sum to 1");
        QueryKeyValueRoles.SoftLookup(3 * query, keys, values, 3)
            .ShouldBeNear(once, "query and temperature act by their quotient");
    }

    [Theory, Task(2)]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void Soft_lookup_refuses_a_temperature_that_is_not_above_zero(double temperature) =>
        Expect.Throws<ArgumentOutOfRangeException>(() => QueryKeyValueRoles.SoftLookup(Row(1, 2, 3), Keys, Values, temperature));

    [Fact, Task(2)]
    public void Soft_lookup_refuses_sizes_that_do_not_fit()
    {
        Expect.Throws<ArgumentException>(() => QueryKeyValueRoles.SoftLookup(Row(1, 2), Keys, Values, 1), "keys have 3 components");
        Expect.Throws<ArgumentException>(() => QueryKeyValueRoles.SoftLookup(Row(1, 2, 3), Keys, Rows([1], [2]), 1), "4 keys, 2 values");
    }

    [Fact, Task(3)]
    public void Attention_equals_PyTorch()
    {
        var golden = Golden.Case("attention");

        QueryKeyValueRoles.Attend(golden.Matrix("queries"), golden.Matrix("keys"), golden.Matrix("values"))
            .ShouldBeNear(golden.Matrix("output"));
    }

    [Theory, Task(3)]
    [InlineData(1, 4, 3, 2)]
    [InlineData(4, 1, 2, 5)]
    [InlineData(3, 6, 5, 1)]
    public void Attention_is_one_lookup_per_query_at_the_temperature_of_the_root_of_the_dimension(
        int n, int m, int keyDimension, int valueDimension)
    {
        var (_, keys, values) = Lookup(m, keyDimension, valueDimension);
        var queries = Inputs.Matrix(n, keyDimension, seed: 7);
        var rows = queries.EnumerateRows().Select(query => NaiveLookup(query, keys, values, Math.Sqrt(keyDimension)));

        QueryKeyValueRoles.Attend(queries, keys, values).ShouldBeNear(Matrix<double>.Build.DenseOfRowVectors(rows));
    }

    [Fact, Task(3)]
    public void Permuting_keys_with_their_values_changes_nothing()
    {
        var (_, keys, values) = Lookup(5, 3, 2);
        var queries = Inputs.Matrix(4, 3, seed: 7);

        QueryKeyValueRoles.Attend(queries, Permuted(keys), Permuted(values))
            .ShouldBeNear(QueryKeyValueRoles.Attend(queries, keys, values), "a dictionary has no order");
    }

    [Fact, Task(3)]
    public void Permuting_the_queries_permutes_the_rows()
    {
        var (_, keys, values) = Lookup(4, 3, 2);
        var queries = Inputs.Matrix(5, 3, seed: 7);

        QueryKeyValueRoles.Attend(Permuted(queries), keys, values)
            .ShouldBeNear(Permuted(QueryKeyValueRoles.Attend(queries, keys, values)), "queries do not see each other");
    }

    [Fact, Task(3)]
    public void Every_output_lies_between_the_least_and_the_greatest_value_in_every_direction()
    {
        var (_, keys, values) = Lookup(6, 3, 2);
        var output = QueryKeyValueRoles.Attend(Inputs.Matrix(5, 3, seed: 7, deviation: 3), keys, values);

        for (var turn = 0; turn < 16; turn++)
        {
            var direction = Row(Math.Cos(turn), Math.Sin(turn));
            var projected = values * direction;
            (output * direction).Should().OnlyContain(
                component => component >= projected.Minimum() - 1e-9 && component <= projected.Maximum() + 1e-9,
                "a weighted mean stays inside the convex hull of the values");
        }
    }

    [Fact, Task(3)]
    public void Attention_refuses_sizes_that_do_not_fit()
    {
        Expect.Throws<ArgumentException>(() => QueryKeyValueRoles.Attend(Rows([1, 2]), Keys, Values), "keys have 3 components");
        Expect.Throws<ArgumentException>(() => QueryKeyValueRoles.Attend(Rows([1, 2, 3]), Keys, Rows([1], [2])), "4 keys, 2 values");
    }

    [Fact, Task(3)]
    public void Attention_leaves_its_inputs_as_they_were()
    {
        var (_, keys, values) = Lookup(5, 3, 2);
        var queries = Inputs.Matrix(4, 3, seed: 7);

        QueryKeyValueRoles.Attend(queries, keys, values);

        queries.ShouldBeNear(Inputs.Matrix(4, 3, seed: 7));
        keys.ShouldBeNear(Lookup(5, 3, 2).Keys);
        values.ShouldBeNear(Lookup(5, 3, 2).Values);
    }

    [Fact, Task(3)]
    public void Each_of_the_three_does_its_own_work() => Snapshot.Verify(Experiment());

    /// <summary>
    /// The table that the answer quotes. Four entries with keys along the axes; the value of entry j is 100 (j + 1).
    /// One thing is changed at a time, and the two queries are looked up again.
    /// </summary>
    private static string Experiment()
    {
        var keys = Matrix<double>.Build.DenseDiagonal(4, 4, 8);
        var values = Matrix<double>.Build.Dense(4, 1, (j, _) => 100 * (j + 1));
        var queries = Rows([2, 1, 0, 0], [0, 0, 1, 2]);
        var otherQuery = Rows([0, 2, 1, 0], [0, 0, 1, 2]);
        var otherKeys = keys.Clone();
        otherKeys.SetRow(3, Row(0, 8, 0, 0));
        var otherValues = values.Clone();
        otherValues[3, 0] = 1000;

        var table = new StringBuilder("                    query 0 receives   query 1 receives\n");
        Append("as it is", queries, keys, values);
        Append("query 0 changed", otherQuery, keys, values);
        Append("key 3 changed", queries, otherKeys, values);
        Append("value 3 changed", queries, keys, otherValues);
        Append("keys as values", queries, keys, keys.SubMatrix(0, 4, 0, 1));
        return table.ToString();

        void Append(string what, Matrix<double> asking, Matrix<double> asked, Matrix<double> given)
        {
            var received = QueryKeyValueRoles.Attend(asking, asked, given);
            table.Append(CultureInfo.InvariantCulture, $"{what,-18}{received[0, 0],18:F1} {received[1, 0],18:F1}\n");
        }
    }

    private static (Vector<double> Query, Matrix<double> Keys, Matrix<double> Values) Lookup(int m, int keyDimension, int valueDimension) =>
        (Inputs.Vector(keyDimension, seed: 4), Inputs.Matrix(m, keyDimension, seed: 5) + 0.2, Inputs.Matrix(m, valueDimension, seed: 6) + 1.5);

    private static Vector<double> NaiveLookup(Vector<double> query, Matrix<double> keys, Matrix<double> values, double temperature)
    {
        var weights = Enumerable.Range(0, keys.RowCount).Select(j => Math.Exp(Dot(query, keys.Row(j)) / temperature)).ToArray();
        return Vector<double>.Build.Dense(values.ColumnCount, c =>
            Enumerable.Range(0, keys.RowCount).Sum(j => weights[j] * values[j, c]) / weights.Sum());
    }

    private static double Dot(Vector<double> left, Vector<double> right) => left.Zip(right, (l, r) => l * r).Sum();

    private static Matrix<double> Permuted(Matrix<double> rows) =>
        Matrix<double>.Build.DenseOfRowVectors(new[] { 3, 0, 4, 1, 2 }.Select(rows.Row));

    private static Vector<double> Row(params double[] components) => Vector<double>.Build.Dense(components);

    private static Matrix<double> Rows(params double[][] rows) => Matrix<double>.Build.DenseOfRowArrays(rows);
}
