namespace Kata055;

public class WhyScaleScoresTests
{
    [Fact, Task(1)]
    public void Variance_of_four_scores_by_hand()
    {
        // scores 1·3, 1·5, 2·3, 2·5 = 3, 5, 6, 10: mean 6, squared deviations 9, 1, 0, 16
        var queries = Matrix<double>.Build.DenseOfArray(new double[,] { { 1 }, { 2 } });
        var keys = Matrix<double>.Build.DenseOfArray(new double[,] { { 3 }, { 5 } });

        WhyScaleScores.ScoreVariance(queries, keys).ShouldBeNear(6.5);
    }
}
