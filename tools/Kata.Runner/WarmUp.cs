using System.Reflection;
using FluentAssertions;
using Kata.Runner.Protocol;
using MathNet.Numerics.LinearAlgebra;
using Xunit;

namespace Kata.Runner;

/// <summary>A run of this assembly's own tests before the first request: what compiles only once is compiled then.</summary>
internal static class WarmUp
{
    /// <summary>Runs the tests below as if they were a kata's.</summary>
    public static void Run()
    {
        var self = File.ReadAllBytes(Assembly.GetExecutingAssembly().Location);
        var preparation = new Preparation(new TestsRequest("", self, null));
        TestRun.Execute(new RunRequest("", "", self, null, PrepareAgain: false), preparation, new Reports(Stream.Null));
    }
}

/// <summary>Does once what the tests of most katas do: a product, a comparison, a failure, a row of data.</summary>
public sealed class WarmUpTests
{
    /// <summary>Computes and compares.</summary>
    [Fact]
    public void A_product_is_computed()
    {
        var matrix = Matrix<double>.Build.DenseIdentity(2);
        (matrix * matrix.Transpose()).Enumerate().Sum().Should().Be(2);
    }

    /// <summary>Fails: an exception is thrown, caught and described.</summary>
    [Theory]
    [InlineData(1)]
    public void A_failure_is_described(int expected) => throw new NotImplementedException($"{expected}");
}
