namespace Kata045;

/// <summary>The training loss; a <see cref="Batch"/> knows the positions that count, a <see cref="Position"/> its softmax.</summary>
public static class TrainingLoss
{
    /// <summary>Task 1. Logarithms of the softmax of each row.</summary>
    [return: Shape("n", "vocabulary")]
    public static Matrix<double> LogSoftmax([Shape("n", "vocabulary")] Matrix<double> logits)
    {
        var result = logits.Clone();
        int i = logits.RowCount;
        while (--i >= 0)
        {
            Position position = Position.Read(logits, i, target: -1);
            int j = logits.ColumnCount;
            while (--j >= 0)
            {
                result[i, j] = position.LogProbability(j);
            }
        }

        return result;
    }

    /// <summary>Task 2. The mean surprise.</summary>
    public static double CrossEntropy(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, int ignoreIndex = -100)
    {
        return new Batch(logits, targets, ignoreIndex).Mean(position => -position.LogProbability(position.Target));
    }

    /// <summary>Task 3. What the target lacks is what all the others have.</summary>
    [return: Shape("n", "vocabulary")]
    public static Matrix<double> Gradient(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, int ignoreIndex = -100)
    {
        return new Batch(logits, targets, ignoreIndex).DerivativeOfMean((position, row) =>
        {
            int j = row.Length;
            while (--j >= 0)
            {
                if (j == position.Target)
                {
                    continue;
                }

                double p = position.Probability(j);
                row[j] = p;
                row[position.Target] -= p;
            }
        });
    }

    /// <summary>Task 4. The z-loss.</summary>
    public static double ZLoss(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, double weight, int ignoreIndex = -100)
    {
        return new Batch(logits, targets, ignoreIndex).Mean(position => weight * Math.Pow(position.LogZ, 2));
    }

    /// <summary>Task 4. The gradient of the z-loss.</summary>
    [return: Shape("n", "vocabulary")]
    public static Matrix<double> ZLossGradient(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, double weight, int ignoreIndex = -100)
    {
        return new Batch(logits, targets, ignoreIndex).DerivativeOfMean((position, row) =>
        {
            double outer = weight * (position.LogZ + position.LogZ);
            int j = row.Length;
            while (--j >= 0)
            {
                row[j] = outer * position.Probability(j);
            }
        });
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new ArgumentException(message);
        }
    }

    private readonly record struct Position(int Row, int Target, double[] Scores, double Peak, double LogMass)
    {
        public double LogZ => Peak + LogMass;

        public double LogProbability(int token) => (Scores[token] - Peak) - LogMass;

        public double Probability(int token) => Math.Exp(LogProbability(token));

        /// <summary>One pass from the back; the sum is rescaled whenever a higher peak turns up.</summary>
        public static Position Read(Matrix<double> logits, int row, int target)
        {
            double[] scores = logits.Row(row).ToArray();
            double peak = double.NegativeInfinity;
            double mass = 0;
            int k = scores.Length;
            while (--k >= 0)
            {
                double x = scores[k];
                if (double.IsNegativeInfinity(x))
                {
                    continue;
                }

                if (x <= peak)
                {
                    mass += Math.Exp(x - peak);
                    continue;
                }

                mass = mass * Math.Exp(peak - x) + 1;
                peak = x;
            }

            return new Position(row, target, scores, peak, Math.Log(mass));
        }
    }

    private sealed class Batch
    {
        private readonly int _rows;
        private readonly int _columns;
        private readonly List<Position> _counted = new();

        public Batch(Matrix<double> logits, int[] targets, int ignoreIndex)
        {
            _rows = logits.RowCount;
            _columns = logits.ColumnCount;
            Require(targets.Length == _rows, "One target per row is needed.");
            int i = -1;
            while (++i < _rows)
            {
                int y = targets[i];
                if (y == ignoreIndex)
                {
                    continue;
                }

                Require(0 <= y && y < _columns, $"Target {y} of position {i} is not in the vocabulary.");
                _counted.Add(Position.Read(logits, i, y));
            }
        }

        public double Mean(Func<Position, double> value)
        {
            double mean = 0;
            foreach (Position position in _counted)
            {
                mean += value(position) / _counted.Count;
            }

            return mean;
        }

        public Matrix<double> DerivativeOfMean(Action<Position, double[]> derivative)
        {
            var result = Matrix<double>.Build.Dense(_rows, _columns);
            foreach (Position position in _counted)
            {
                var row = new double[_columns];
                derivative(position, row);
                int j = -1;
                while (++j < _columns)
                {
                    result[position.Row, j] = row[j] / _counted.Count;
                }
            }

            return result;
        }
    }
}
