class Heatmap extends Rows {}
